package io.breakwater.common.id;

/** A device of a user; unique among the devices that the user ever had. */
public record DeviceId(int value) {
  @Override
  public String toString() {
    return Integer.toHexString(value);
  }
}
