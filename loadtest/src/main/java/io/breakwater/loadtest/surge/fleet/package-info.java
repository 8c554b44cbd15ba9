/**
 * One generator process of a surge: a job in, facts out. {@link
 * io.breakwater.loadtest.surge.fleet.Generator} is its main class, started by a coordinator that
 * talks with it in lines of JSON.
 *
 * <p>Threads: one loop has all phones and sockets; one writes facts, one says what there is to say,
 * and the main thread reads commands. The loop waits for none of them.
 *
 * <p>Its argument is a {@link io.breakwater.loadtest.surge.fleet.Job} file. On standard input, each
 * a line:
 *
 * <ul>
 *   <li>{@code {"do":"connect","users":["FILE",...]}}: the user files of all generators; connects
 *       those who are online at the begin;
 *   <li>{@code {"do":"go","beginNanos":N,"warmUpNanos":N,"nowNanos":N}}: when the schedule begins,
 *       how much earlier its streams do, and what the clock says now; times are those of {@link
 *       java.lang.System#nanoTime}, which the processes of a Linux machine share (CLOCK_MONOTONIC):
 *       a clock that is another is refused;
 *   <li>{@code {"do":"gateways","gateways":["HOST:PORT",...]}}: all gateways from now on;
 *   <li>{@code {"do":"finish"}}: all generators are quiet, and the run has ended: sends nothing
 *       more, asks whether all is there, and ends.
 * </ul>
 *
 * <p>When standard input ends, so does the process. On standard output, each a line:
 *
 * <ul>
 *   <li>{@code {"event":"prepared","users":N,"file":"FILE"}}, then {@code connect} is awaited;
 *   <li>{@code {"event":"online","users":N,"prioritised":true}}, then {@code go};
 *   <li>{@code {"event":"progress",...}} each second, with counters;
 *   <li>{@code {"event":"quiet"}}: the streams have ended and nothing is under way, or the wait is
 *       over; then {@code finish};
 *   <li>{@code {"event":"done","void":["REASON",...],"losses":["REASON",...],...}}: all facts are
 *       in the file; the run is void if there is a reason, and if there are losses facts are
 *       missing;
 *   <li>{@code {"event":"failed","reason":"..."}}: the process ends with status 1.
 * </ul>
 */
@NullMarked
package io.breakwater.loadtest.surge.fleet;

import org.jspecify.annotations.NullMarked;
