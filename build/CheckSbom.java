import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Checks {@code build/sbom/target/bom.json}: it lists every library that a process runs with, and each has a licence that is
 * allowed here. Run by the build.
 */
final class CheckSbom {
  /** Where the launcher finds the libraries of a process. */
  private static final List<String> PROCESSES = List.of("gateway", "delivery", "cli", "loadtest");

  /**
   * By SPDX id, or by name where a library states none. A library with several may be used under any of them. Copyleft
   * beyond the file is not among them.
   */
  private static final Set<String> ALLOWED =
      Set.of(
          "Apache-2.0", "MIT", "MIT-0", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "EPL-1.0", "EPL-2.0", "UPL-1.0");

  public static void main(String[] args) throws Exception {
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
          if (ofIt.stream().noneMatch(ALLOWED::contains)) {
            faults.add(name + ": licence " + ofIt + " (expected: one of " + new TreeSet<>(ALLOWED) + ')');
          }
        });
    if (!faults.isEmpty()) {
      fail(faults);
    }
    Set<String> met = new TreeSet<>();
    licences.values().forEach(met::addAll);
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
      for (String part : choice.path("expression").asText().split("[() ]+")) {
        found.add(part);
      }
    }
    found.removeAll(Set.of("", "OR", "AND", "WITH"));
    return found;
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
