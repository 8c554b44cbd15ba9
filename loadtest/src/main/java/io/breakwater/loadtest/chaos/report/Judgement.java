package io.breakwater.loadtest.chaos.report;

/** Whether a history keeps the promises. */
public enum Judgement {
  /** It does, and it shows enough to say so. */
  VALID,
  /** It breaks one. */
  INVALID,
  /** It breaks none, but shows too little. */
  UNKNOWN
}
