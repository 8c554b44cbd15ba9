package io.breakwater.fuzzing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/**
 * Something that takes any bytes and keeps its promises: a class {@code SomethingFuzz} in the tests
 * of a module with a static {@code void fuzzerTestOneInput(byte[])}. Its corpus are the text files
 * ({@link HexText}) in {@code src/test/fuzz/SomethingFuzz} of the module, and what its static
 * {@code List<byte[]> seeds()} makes, if it has one.
 */
public final class FuzzTarget {
  private static final String SUFFIX = "Fuzz.class";

  private final Class<?> type;
  private final Path corpus;

  private FuzzTarget(Class<?> type, Path module) {
    this.type = type;
    this.corpus = module.resolve("src/test/fuzz").resolve(type.getSimpleName());
  }

  /**
   * The targets of a module whose tests are compiled: at least one.
   *
   * @param module its directory
   * @throws IllegalStateException if there is none: then nothing would be tested, and nobody told
   */
  public static List<FuzzTarget> in(Path module) throws IOException {
    Path classes = module.resolve("target/test-classes");
    List<Path> files = Files.isDirectory(classes) ? filesOfTargets(classes) : List.of();
    if (files.isEmpty()) {
      throw new IllegalStateException(
          "fuzz targets: none in " + classes.toAbsolutePath() + " (expected: *" + SUFFIX + ')');
    }
    return files.stream()
        .map(file -> new FuzzTarget(load(file), module))
        .sorted(Comparator.comparing(FuzzTarget::name))
        .toList();
  }

  private static List<Path> filesOfTargets(Path classes) throws IOException {
    try (Stream<Path> files = Files.walk(classes)) {
      return files
          .filter(file -> file.toString().endsWith(SUFFIX))
          .map(classes::relativize)
          .toList();
    }
  }

  private static Class<?> load(Path file) {
    String path = file.toString();
    String name =
        path.substring(0, path.length() - ".class".length())
            .replace(java.io.File.separatorChar, '.');
    try {
      return Class.forName(name);
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException("a class of this class path: " + name, e);
    }
  }

  /** The simple name of its class. */
  public String name() {
    return type.getSimpleName();
  }

  String className() {
    return type.getName();
  }

  /** Runs it on every input of its corpus. */
  public void replay() {
    inputs().forEach(this::run);
  }

  /**
   * Runs it on inputs made out of its corpus.
   *
   * @param runs how many; the same number gives the same inputs
   */
  public void runMutants(int runs) {
    List<byte[]> of = seeds();
    if (of.isEmpty()) {
      throw new AssertionError(name() + " has no corpus (expected: files in " + corpus + ')');
    }
    for (int seed = 0; seed < runs; seed++) {
      run("seed " + seed, new Mutator(new SplittableRandom(seed)).mutant(of));
    }
  }

  List<byte[]> seeds() {
    return List.copyOf(inputs().values());
  }

  /** By what they are called. */
  private Map<String, byte[]> inputs() {
    Map<String, byte[]> inputs = new LinkedHashMap<>();
    for (Path file : files()) {
      try {
        inputs.put(String.valueOf(file.getFileName()), HexText.parse(Files.readString(file)));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    List<byte[]> made = madeSeeds();
    for (int i = 0; i < made.size(); i++) {
      inputs.put("seeds() " + i, made.get(i));
    }
    return inputs;
  }

  private List<Path> files() {
    if (!Files.isDirectory(corpus)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(corpus)) {
      return files.sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @SuppressWarnings("unchecked")
  private List<byte[]> madeSeeds() {
    try {
      Method seeds = type.getDeclaredMethod("seeds");
      seeds.setAccessible(true);
      return (List<byte[]>) seeds.invoke(null);
    } catch (NoSuchMethodException e) {
      return List.of();
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("static List<byte[]> seeds() of " + className(), e);
    }
  }

  static Method methodOf(Class<?> type) throws NoSuchMethodException {
    Method method = type.getDeclaredMethod("fuzzerTestOneInput", byte[].class);
    method.setAccessible(true);
    return method;
  }

  private void run(String what, byte[] input) {
    try {
      methodOf(type).invoke(null, (Object) input.clone());
    } catch (InvocationTargetException e) {
      throw new AssertionError(name() + ", " + what + ":\n" + HexText.format(input), e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(
          "static void fuzzerTestOneInput(byte[]) of " + className(), e);
    }
  }
}
