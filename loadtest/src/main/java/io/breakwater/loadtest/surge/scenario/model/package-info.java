/**
 * What a scenario says, as values: who is there, what arrives when, what breaks, what is promised.
 * {@link io.breakwater.loadtest.surge.scenario.model.Scenario} holds all of it. Pure.
 */
@NullMarked
package io.breakwater.loadtest.surge.scenario.model;

import org.jspecify.annotations.NullMarked;
