/**
 * Plays a scenario: starts a stack and generators, breaks what the scenario breaks, watches the
 * servers, and makes a report of it all. {@link io.breakwater.loadtest.surge.run.SurgeCommand} is
 * the command.
 */
@NullMarked
package io.breakwater.loadtest.surge.run;

import org.jspecify.annotations.NullMarked;
