/**
 * One generator's part of a surge, on whatever clock and lines it is given: who is prepared, who
 * does what when, how it ends. Confined to one loop; no sockets, threads or files.
 *
 * <p>{@link io.breakwater.loadtest.surge.fleet.play.Fleet} is the way in.
 *
 * <p><b>Whose.</b> A generator owns the existing users whose number, modulo the number of
 * generators, is its index, and the newcomers of the arrivals of its part. Those of an existing
 * population who are online at the begin are its first numbers.
 *
 * <p><b>Who is online.</b> Whoever has been welcomed since it was switched on, and has not hung up
 * or lost its network: also while a server leaves it without a session, for its user goes on
 * writing.
 *
 * <p><b>Who writes.</b> All generators draw all messages of a stream, in the same order, from the
 * marks of its arrivals: the conversation by its popularity, whether it is a reply, the size. Whose
 * turn it is in a conversation is known from that alone. The one who owns the writer writes. So the
 * messages of a run are the same, however many generators there are. When the drawn writer is not
 * online, somebody of the stream's population who is, and whom the same generator owns, opens its
 * first conversation in its place, drawn by the mark; the {@link
 * io.breakwater.loadtest.surge.facts.Fact.Due} says so. When nobody is online, the arrival is due
 * and not done. Replies are written at their intended time whether or not the message that they
 * answer has arrived.
 */
@NullMarked
package io.breakwater.loadtest.surge.fleet.play;

import org.jspecify.annotations.NullMarked;
