package io.breakwater.loadtest.disk;

import io.breakwater.loadtest.stack.Size;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What {@link DisksTest} runs in a mount namespace; says what it sees, a line for each. */
final class DisksTrial {
  private DisksTrial() {}

  public static void main(String[] arguments) throws IOException {
    Path directory = Path.of(arguments[0]);
    Path data = directory.resolve("stack");
    try (Disks disks = Disks.mount(directory.resolve("disks"), data, new Size(1, 1, 3))) {
      disks.mark();
      disks.copy();
      Files.writeString(data.resolve("cassandra-2/after"), "mounted");
      System.out.println("power: " + disks.loseTheRest());
      System.out.println("written after: " + Files.exists(data.resolve("cassandra-2/after")));
      System.out.println("full: " + disks.of(2).fill() + ' ' + canWrite(data, 3));
      System.out.println("the others: " + canWrite(data, 1));
      disks.of(2).makeRoom();
      System.out.println("freed: " + canWrite(data, 3));
    }
  }

  private static boolean canWrite(Path data, int number) {
    try {
      Files.write(data.resolve("cassandra-" + number).resolve("more"), new byte[1 << 20]);
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
