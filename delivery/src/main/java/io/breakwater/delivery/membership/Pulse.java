package io.breakwater.delivery.membership;

/** What is known of an incarnation's beat in storage. */
enum Pulse {
  /** It has risen lately: the incarnation lives, and reaches storage. */
  BEATS,
  /** It has not risen for long, though this node could have read it all the time. */
  SILENT,
  /** Neither: it has not been watched for long enough. */
  UNKNOWN
}
