package io.breakwater.fuzzing;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.Method;

/**
 * What Jazzer sees, which asks for a public class: hands each input to the target that the system
 * property {@value #PROPERTY} names.
 */
public final class JazzerTarget {
  static final String PROPERTY = "fuzz.target";

  private static final MethodHandle TARGET = find(String.valueOf(System.getProperty(PROPERTY)));

  private JazzerTarget() {}

  /** One input, of any bytes. Throws what the target throws. */
  public static void fuzzerTestOneInput(byte[] input) throws Throwable {
    TARGET.invokeExact(input);
  }

  private static MethodHandle find(String className) {
    try {
      Method method = FuzzTarget.methodOf(Class.forName(className));
      return MethodHandles.lookup().unreflect(method);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("fuzz target: " + className, e);
    }
  }
}
