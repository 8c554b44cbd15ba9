package io.breakwater.gateway.rate;

import java.util.EnumMap;
import java.util.Map;

/**
 * How fast is too fast.
 *
 * @param rates what is missing is not limited
 * @param rows addresses, accounts or devices of which each table remembers what they took; at least
 */
public record RateLimits(Map<Limit, Rate> rates, int rows) {
  /** None. */
  public static final RateLimits OFF = new RateLimits(Map.of(), 8);

  /** Copies the map. */
  public RateLimits {
    Map<Limit, Rate> copy = new EnumMap<>(Limit.class);
    copy.putAll(rates);
    rates = copy;
  }

  /** The same but for one of them. */
  RateLimits with(Limit limit, Rate rate) {
    Map<Limit, Rate> others = new EnumMap<>(Limit.class);
    others.putAll(rates);
    others.put(limit, rate);
    return new RateLimits(others, rows);
  }

  /** The rate of one; off if there is none. */
  public Rate of(Limit limit) {
    return rates.getOrDefault(limit, Rate.OFF);
  }
}
