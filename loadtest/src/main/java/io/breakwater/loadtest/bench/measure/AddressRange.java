package io.breakwater.loadtest.bench.measure;

import java.util.List;
import java.util.regex.Pattern;

/** Addresses of a process, from one up to but not including another. */
record AddressRange(long from, long to) {
  private static final Pattern ADDRESS = Pattern.compile("0x[0-9a-f]+");

  /**
   * That of the Java heap, from an answer to {@code GC.heap_info}. Empty if no address is in it:
   * ZGC names none, and its heap is no anonymous memory.
   */
  static AddressRange ofHeap(String heapInfo) {
    List<Long> addresses =
        heapInfo
            .lines()
            .filter(line -> !line.contains("Metaspace") && !line.contains("class space"))
            .flatMap(line -> ADDRESS.matcher(line).results().map(found -> found.group()))
            .map(address -> Long.parseUnsignedLong(address.substring(2), 16))
            .sorted()
            .toList();
    return addresses.isEmpty()
        ? new AddressRange(0, 0)
        : new AddressRange(addresses.getFirst(), addresses.getLast());
  }

  boolean contains(long address) {
    return address >= from && address < to;
  }
}
