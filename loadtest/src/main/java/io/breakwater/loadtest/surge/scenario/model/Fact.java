package io.breakwater.loadtest.surge.scenario.model;

/** What is known of the day that is replayed, and who says so. Everything else is model. */
public record Fact(String text, String source) {}
