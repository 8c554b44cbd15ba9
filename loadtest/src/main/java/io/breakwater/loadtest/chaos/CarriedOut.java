package io.breakwater.loadtest.chaos;

import io.breakwater.loadtest.chaos.history.Fact;
import io.breakwater.loadtest.chaos.plan.Step;

/**
 * A step of the plan that was carried out.
 *
 * @param what for people
 * @param begunAtMs since the begin of the campaign; later than planned if the servers were not all
 *     ready yet
 * @param readyAfterMs since its end, until all servers were ready for good; -1 if they did not
 *     become so
 */
record CarriedOut(Step step, String what, long begunAtMs, Fact.Effect effect, long readyAfterMs) {}
