package io.breakwater.loadtest.chaos.phones;

import io.breakwater.client.ClientConfig;
import io.breakwater.loadtest.chaos.history.Recorder;
import io.breakwater.loadtest.chaos.payload.Payloads;

/** What all applications of a crowd share. */
record Surroundings(
    ClientConfig config,
    Recorder recorder,
    Payloads payloads,
    People people,
    Counts counts,
    Replies replies,
    Troubles troubles) {}
