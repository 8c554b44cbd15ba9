package io.breakwater.loadtest.surge.scenario.file;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.SortedMap;
import java.util.TreeMap;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * What a file says, however it is laid out: keys in the order of the alphabet, each text after its
 * length, so that no two files have one form.
 */
final class Canonical {
  private static final int DIGITS = 12;

  private Canonical() {}

  static void append(StringBuilder text, String key, Node node) {
    append(text, key);
    append(text, node);
  }

  private static void append(StringBuilder text, Node node) {
    switch (node) {
      case ScalarNode scalar -> append(text, scalar.getValue());
      case SequenceNode sequence -> {
        text.append('[');
        sequence.getValue().forEach(each -> append(text, each));
        text.append(']');
      }
      case MappingNode mapping -> {
        SortedMap<String, Node> values = new TreeMap<>();
        for (NodeTuple tuple : mapping.getValue()) {
          values.put(key(tuple.getKeyNode()), tuple.getValueNode());
        }
        text.append('{');
        values.forEach((key, value) -> append(text, key, value));
        text.append('}');
      }
      default -> throw new IllegalArgumentException("node: " + node.getNodeType());
    }
  }

  private static String key(Node node) {
    StringBuilder key = new StringBuilder();
    append(key, node);
    return key.toString();
  }

  private static void append(StringBuilder text, String value) {
    text.append(value.length()).append(':').append(value);
  }

  /** SHA-256, the first {@value #DIGITS} hex digits of it. */
  static String digest(CharSequence text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256")
              .digest(text.toString().getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest).substring(0, DIGITS);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java has SHA-256", e);
    }
  }
}
