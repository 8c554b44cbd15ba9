package io.breakwater.gateway.connection;

/** The priority classes of what clients can send; lower numbers come first. */
enum Priority {
  CONTROL(0),
  SEND(1),
  RESUME(2),
  FIRST_SYNC(3),
  LOOK_UP(5),
  SIGN_UP(6);

  /** What travels on the trunk. */
  final int number;

  Priority(int number) {
    this.number = number;
  }
}
