/**
 * Bad inputs as text that people can read and write, and fuzz targets that are run on them: a class
 * {@code SomethingFuzz} in the tests of a module, with a static method {@code fuzzerTestOneInput}
 * that throws if the input has broken a promise.
 *
 * <p>Tests use {@link io.breakwater.fuzzing.FuzzTarget}; the build's fuzzing {@link
 * io.breakwater.fuzzing.FuzzMain}.
 */
@NullMarked
package io.breakwater.fuzzing;

import org.jspecify.annotations.NullMarked;
