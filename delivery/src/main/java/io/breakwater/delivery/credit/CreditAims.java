package io.breakwater.delivery.credit;

/**
 * What credits are steered towards.
 *
 * @param sendsAboveCalm while sends wait for longer than so many times calm, all other classes
 *     yield
 * @param sendsHeldBackMs beyond this sends are held back themselves, milliseconds
 * @param othersMs what every other class may wait, milliseconds
 * @param signUpShare the part of a saturated node that sign-ups may have, 0..1
 * @param writesLeast conditional writes of sign-ups that may be under way whatever blocks take
 * @param writesMost that may be under way at most
 */
public record CreditAims(
    double sendsAboveCalm,
    double sendsHeldBackMs,
    double othersMs,
    double signUpShare,
    int writesLeast,
    int writesMost) {
  /** Those of DESIGN.md section 8. */
  public static final CreditAims DEFAULT = new CreditAims(1.2, 50, 20, 0.25, 4, 64);
}
