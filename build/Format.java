import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.ImportOrderer;
import com.google.googlejavaformat.java.JavaFormatterOptions.Style;
import com.google.googlejavaformat.java.RemoveUnusedImports;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Checks ({@code check}) or rewrites ({@code write}) every Java source below a directory with
 * google-java-format. Run by the build; {@code mvn process-sources -N -Dformat=write} rewrites.
 */
final class Format {
  public static void main(String[] args) throws Exception {
    boolean write = args[0].equals("write");
    Path root = Path.of(args[1]);
    List<Path> sources;
    try (var files = Files.walk(root)) {
      sources = files.filter(file -> isSource(root.relativize(file))).sorted().toList();
    }
    Formatter formatter = new Formatter();
    List<Path> wrong = new ArrayList<>();
    for (Path source : sources) {
      String text = Files.readString(source);
      String formatted =
          formatter.formatSource(
              ImportOrderer.reorderImports(RemoveUnusedImports.removeUnusedImports(text), Style.GOOGLE));
      if (!formatted.equals(text)) {
        wrong.add(root.relativize(source));
        if (write) {
          Files.writeString(source, formatted);
        }
      }
    }
    if (!wrong.isEmpty() && !write) {
      wrong.forEach(file -> System.err.println("not formatted: " + file));
      System.err.println("run: mvn process-sources -N -Dformat=write");
      System.exit(1);
    }
    System.out.println(
        sources.size() + " sources, " + wrong.size() + (write ? " rewritten" : " not formatted"));
  }

  private static boolean isSource(Path file) {
    if (!file.toString().endsWith(".java")) {
      return false;
    }
    for (Path part : file) {
      if (part.toString().equals("target") || part.toString().equals("build")) {
        return false;
      }
    }
    return true;
  }
}
