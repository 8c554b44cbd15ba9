package io.breakwater.delivery;

import io.breakwater.delivery.lane.Lane;
import io.breakwater.storage.Storage;
import java.util.function.UnaryOperator;

/**
 * Parts of a delivery process that a test build may exchange, to see that others notice.
 *
 * @param storage what stands between the node and its storage
 * @param lanes makes its lanes
 */
record Parts(UnaryOperator<Storage> storage, Lane.Maker lanes) {
  /** Those of every production process. */
  static final Parts USUAL = new Parts(UnaryOperator.identity(), Lane::new);
}
