package io.breakwater.storage;

import io.breakwater.common.id.IncarnationId;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** The view row: written only by a conditional write over the preceding view. */
public interface ViewStore {
  /**
   * A numbered member list.
   *
   * @param number from 1, by one
   * @param earlier the member lists of earlier views, of which some member has neither released
   *     what it lost since nor is recovered; by number
   * @param idFloor a home issues entry ids above this only
   */
  record View(long number, List<IncarnationId> members, List<Earlier> earlier, long idFloor) {
    /** The view before the first one. */
    public static final View NONE = new View(0, List.of(), List.of(), 0);
  }

  /** Who was a member of an earlier view. */
  record Earlier(long number, List<IncarnationId> members) {}

  /** Outcome of a conditional write. */
  sealed interface Change {
    /** The view is decided, now or by an earlier attempt. */
    record Decided(View view) implements Change {}

    /** The current view is another one: somebody else's in its place, or a later one. */
    record Superseded(View current) implements Change {}
  }

  /** The decided view, read serially; empty in a new cluster. */
  CompletionStage<Optional<View>> read();

  /**
   * The view as of some moment during this call, or an earlier one: a decision that is just being
   * made may be missing. At LOCAL_QUORUM, a fraction of the cost of {@link #read}.
   */
  CompletionStage<Optional<View>> peek();

  /**
   * Decides {@code next} if the current view has the number {@code next.number() - 1} (0: none).
   * Safe to repeat; an unknown outcome is resolved by a serial read, and is a failure only if that
   * shows nothing.
   */
  CompletionStage<Change> change(View next);
}
