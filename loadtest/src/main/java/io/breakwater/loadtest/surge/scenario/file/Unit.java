package io.breakwater.loadtest.surge.scenario.file;

import java.util.Optional;
import java.util.function.Function;

/**
 * How a value is written.
 *
 * @param expected for people who wrote something else
 * @param placeholder what is read where something else was written: reading goes on, so that all
 *     mistakes are told together
 * @param parse nothing if it is something else
 */
public record Unit<T>(String expected, T placeholder, Function<String, Optional<T>> parse) {}
