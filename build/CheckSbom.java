import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * Checks {@code build/sbom/target/bom.json}: it lists every library that a process runs with, and each has a licence that is
 * allowed here. Run by the build.
 */
final class CheckSbom {
  /** Where the launcher finds the libraries of a process. */
  private static final List<String> PROCESSES = List.of("gateway", "delivery", "cli", "loadtest");

  /**
   * By SPDX id, or by name where a library states none. A library with several may be used under any of them, unless an
   * expression joins them by AND. Copyleft beyond the file is not among them.
   */
  private static final Set<String> ALLOWED =
      Set.of(
          "Apache-2.0", "MIT", "MIT-0", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "EPL-1.0", "EPL-2.0", "UPL-1.0");

  /** What is checked here before anything else, since nothing else tests this file. */
  private static final Map<String, Boolean> EXPRESSIONS =
      Map.of(
          "MIT", true,
          "GPL-3.0-only", false,
          "GPL-3.0-only OR MIT", true,
          "Apache-2.0 AND GPL-3.0-only", false,
          "Apache-2.0 AND MIT", true,
          "GPL-3.0-only AND MIT OR MIT", true,
          "(GPL-3.0-only OR MIT) AND Apache-2.0", true,
          "(GPL-3.0-only OR MIT) AND LGPL-3.0-only", false,
          "Apache-2.0 WITH LLVM-exception", true,
          "MIT AND", false);

  public static void main(String[] args) throws Exception {
    EXPRESSIONS.forEach(
        (expression, isAllowed) -> {
          if (isAllowed(expression) != isAllowed) {
            fail(List.of("this check is broken: '" + expression + "' (expected: allowed " + isAllowed + ')'));
          }
        });
    Path root = Path.of(args[0]);
    Path file = root.resolve("build/sbom/target/bom.json");
    if (!Files.exists(file)) {
      if (System.getenv("CI") != null) {
        fail(List.of(file + " is missing (expected: written by the build, which was offline?)"));
      }
      System.out.println("sbom: none, the build is offline");
      return;
    }
    Map<String, Set<String>> licences = new TreeMap<>();
    for (JsonNode component : new ObjectMapper().readTree(file.toFile()).path("components")) {
      licences
          .computeIfAbsent(nameOf(component), _ -> new TreeSet<>())
          .addAll(licencesOf(component.path("licenses")));
    }
    List<String> faults = new ArrayList<>();
    for (String process : PROCESSES) {
      missing(root.resolve(process).resolve("target/lib"), licences.keySet(), faults);
    }
    licences.forEach(
        (name, ofIt) -> {
          if (ofIt.stream().noneMatch(CheckSbom::isAllowed)) {
            faults.add(name + ": licence " + ofIt + " (expected: one of " + new TreeSet<>(ALLOWED) + ')');
          }
        });
    if (!faults.isEmpty()) {
      fail(faults);
    }
    Set<String> met = new TreeSet<>();
    licences.values().stream().flatMap(Set::stream).map(CheckSbom::tokens).forEach(met::addAll);
    met.retainAll(ALLOWED);
    System.out.println("sbom: " + licences.size() + " components, licences " + met);
  }

  /** As its file is called, without the classifier. */
  private static String nameOf(JsonNode component) {
    return component.path("name").asText() + '-' + component.path("version").asText();
  }

  private static Set<String> licencesOf(JsonNode choices) {
    Set<String> found = new TreeSet<>();
    for (JsonNode choice : choices) {
      JsonNode licence = choice.path("license");
      found.add(licence.path("id").asText(licence.path("name").asText()));
      found.add(choice.path("expression").asText());
    }
    found.remove("");
    return found;
  }

  /** Whether an SPDX expression, or a name of a licence, is fulfilled by licences that are allowed. */
  private static boolean isAllowed(String expression) {
    Deque<String> tokens = new ArrayDeque<>(tokens(expression));
    return either(tokens) && tokens.isEmpty();
  }

  private static List<String> tokens(String expression) {
    return Pattern.compile("[()]|[^()\\s]+").matcher(expression).results().map(MatchResult::group).toList();
  }

  private static boolean either(Deque<String> tokens) {
    boolean isAllowed = both(tokens);
    while ("OR".equals(tokens.peek())) {
      tokens.remove();
      isAllowed |= both(tokens);
    }
    return isAllowed;
  }

  private static boolean both(Deque<String> tokens) {
    boolean isAllowed = one(tokens);
    while ("AND".equals(tokens.peek())) {
      tokens.remove();
      isAllowed &= one(tokens);
    }
    return isAllowed;
  }

  private static boolean one(Deque<String> tokens) {
    String first = tokens.isEmpty() ? "" : tokens.remove();
    if (first.equals("(")) {
      boolean isAllowed = either(tokens);
      return ")".equals(tokens.poll()) && isAllowed;
    }
    if ("WITH".equals(tokens.peek())) {
      // An exception only permits more.
      tokens.remove();
      return tokens.poll() != null && ALLOWED.contains(first);
    }
    return ALLOWED.contains(first);
  }

  private static void missing(Path libraries, Set<String> listed, List<String> faults) throws Exception {
    try (var files = Files.list(libraries)) {
      for (Path file : files.sorted().toList()) {
        String name = file.getFileName().toString();
        if (listed.stream().noneMatch(each -> name.equals(each + ".jar") || name.startsWith(each + '-'))) {
          faults.add(file + " is not in the sbom (if it is of an earlier build: mvn clean)");
        }
      }
    }
  }

  private static void fail(List<String> faults) {
    faults.forEach(fault -> System.err.println("sbom: " + fault));
    System.exit(1);
  }
}
