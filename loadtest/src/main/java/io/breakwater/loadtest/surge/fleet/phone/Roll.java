package io.breakwater.loadtest.surge.fleet.phone;

import java.util.ArrayList;
import java.util.List;

/**
 * Phones that are alike just now: each can be added, taken out and drawn at once. A phone is in one
 * roll at most. Confined to the loop.
 */
public final class Roll {
  private final List<Phone> phones = new ArrayList<>();

  /** How many there are. */
  public int size() {
    return phones.size();
  }

  /** One by its place, which changes as others come and go. */
  public Phone get(int place) {
    return phones.get(place);
  }

  /** All of them, as they are now. */
  public List<Phone> all() {
    return List.copyOf(phones);
  }

  /** Whether it is in here. */
  public boolean has(Phone phone) {
    return phone.seat >= 0 && phone.seat < phones.size() && phones.get(phone.seat) == phone;
  }

  /** Adds one that is in no roll. */
  public void add(Phone phone) {
    if (phone.seat >= 0) {
      throw new IllegalStateException(phone.who() + " is in a roll already");
    }
    phone.seat = phones.size();
    phones.add(phone);
  }

  /** Takes one out, if it is in here. */
  public boolean remove(Phone phone) {
    if (!has(phone)) {
      return false;
    }
    Phone last = phones.removeLast();
    if (last != phone) {
      phones.set(phone.seat, last);
      last.seat = phone.seat;
    }
    phone.seat = -1;
    return true;
  }
}
