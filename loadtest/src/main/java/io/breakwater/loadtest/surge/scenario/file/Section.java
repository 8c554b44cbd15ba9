package io.breakwater.loadtest.surge.scenario.file;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.SequencedSet;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * Keys and values of a file, or of a part of it. Gives what it is asked for; whatever is wrong with
 * that goes to the mistakes, and a placeholder comes back. Confined to who reads the file.
 */
public final class Section {
  private static final String MISSING = "missing";

  private final Mistakes mistakes;
  private final String path;
  private final int line;
  private final SequencedMap<String, Node> values = new LinkedHashMap<>();
  private final SequencedSet<String> asked = new LinkedHashSet<>();

  private Section(Mistakes mistakes, String path, int line) {
    this.mistakes = mistakes;
    this.path = path;
    this.line = line;
  }

  /** That of a whole file; empty, with mistakes noted, if it is no YAML, or has no keys. */
  public static Section of(String yaml, Mistakes mistakes) {
    try {
      // Nodes only: nothing is constructed, so tags and types of YAML mean nothing here.
      Optional<Node> root = new Compose(LoadSettings.builder().build()).composeString(yaml);
      if (root.isEmpty()) {
        mistakes.addUnreadable(1, "the file is empty");
        return new Section(mistakes, "", 1);
      }
      return of(root.get(), "", mistakes);
    } catch (MarkedYamlEngineException e) {
      mistakes.addUnreadable(lineOf(e.getProblemMark()), e.getProblem());
    } catch (YamlEngineException e) {
      mistakes.addUnreadable(1, String.valueOf(e.getMessage()));
    }
    return new Section(mistakes, "", 1);
  }

  private static Section of(Node node, String path, Mistakes mistakes) {
    Section section = new Section(mistakes, path, lineOf(node.getStartMark()));
    if (node instanceof MappingNode mapping) {
      for (NodeTuple tuple : mapping.getValue()) {
        section.put(tuple);
      }
    } else {
      mistakes.add(section.line, path.isEmpty() ? "file" : path, written(node), "keys with values");
    }
    return section;
  }

  private void put(NodeTuple tuple) {
    Node keyNode = tuple.getKeyNode();
    int keyLine = lineOf(keyNode.getStartMark());
    if (!(keyNode instanceof ScalarNode key)) {
      mistakes.add(keyLine, path.isEmpty() ? "file" : path, written(keyNode), "a plain key");
    } else if (values.putIfAbsent(key.getValue(), tuple.getValueNode()) != null) {
      mistakes.add(keyLine, below(key.getValue()), "a second time", "each key once");
    }
  }

  /** Whether the key is there. */
  public boolean has(String key) {
    return values.containsKey(key);
  }

  /** A value that has to be there. */
  public <T> T get(String key, Unit<T> unit) {
    Node node = required(key, unit.expected());
    return node == null ? unit.placeholder() : parsed(node, below(key), unit);
  }

  /** A value that may be there. */
  public <T> Optional<T> find(String key, Unit<T> unit) {
    return Optional.ofNullable(asked(key)).map(node -> parsed(node, below(key), unit));
  }

  /** A part that has to be there. */
  public Section section(String key) {
    Node node = required(key, "keys with values");
    return node == null ? new Section(mistakes, below(key), line) : of(node, below(key), mistakes);
  }

  /** A part that may be there. */
  public Optional<Section> findSection(String key) {
    return Optional.ofNullable(asked(key)).map(node -> of(node, below(key), mistakes));
  }

  /** Parts that have names, in the order of the file. */
  public SequencedMap<String, Section> named(String key) {
    SequencedMap<String, Section> sections = new LinkedHashMap<>();
    Section all = section(key);
    for (Map.Entry<String, Node> each : all.values.entrySet()) {
      String name = each.getKey();
      if (Units.NAME.parse().apply(name).isEmpty()) {
        all.refuse(name, Units.NAME.expected());
      }
      sections.put(name, of(each.getValue(), all.below(name), mistakes));
    }
    return sections;
  }

  /** Parts in a list, which has to be there and may be empty. */
  public List<Section> list(String key) {
    List<Section> sections = new ArrayList<>();
    List<Node> nodes = sequence(required(key, "a list"), below(key));
    for (int i = 0; i < nodes.size(); i++) {
      sections.add(of(nodes.get(i), "%s[%d]".formatted(below(key), i), mistakes));
    }
    return sections;
  }

  /** A table of two columns: each key and value has a unit. */
  public <K, V> SequencedMap<K, V> table(String key, Unit<K> keys, Unit<V> rows) {
    SequencedMap<K, V> table = new LinkedHashMap<>();
    Section section = section(key);
    section.values.forEach(
        (text, node) -> {
          Optional<K> parsed = keys.parse().apply(text);
          if (parsed.isEmpty()) {
            mistakes.add(
                lineOf(node.getStartMark()), section.path, "'" + text + "'", keys.expected());
          } else {
            table.put(parsed.get(), section.parsed(node, section.below(text), rows));
          }
        });
    return table;
  }

  /**
   * A list of pairs, {@code - [A, B]}; or one value alone, which is the pair of {@code first} and
   * it.
   */
  public <A, B> List<Map.Entry<A, B>> pairs(String key, A first, Unit<A> left, Unit<B> right) {
    String expected =
        "%s, or a list of [%s, the same]".formatted(right.expected(), left.expected());
    Node node = required(key, expected);
    if (node instanceof ScalarNode) {
      Unit<B> alone = new Unit<>(expected, right.placeholder(), right.parse());
      return List.of(Map.entry(first, parsed(node, below(key), alone)));
    }
    List<Map.Entry<A, B>> pairs = new ArrayList<>();
    for (Node row : sequence(node, below(key))) {
      if (row instanceof SequenceNode pair && pair.getValue().size() == 2) {
        pairs.add(
            Map.entry(
                parsed(pair.getValue().getFirst(), below(key), left),
                parsed(pair.getValue().getLast(), below(key), right)));
      } else {
        mistakes.add(lineOf(row.getStartMark()), below(key), written(row), expected);
      }
    }
    return pairs;
  }

  /** Notes that what stands under a key contradicts something else, or cannot be done. */
  public void refuse(String key, String expected) {
    Node node = asked(key);
    mistakes.add(
        node == null ? line : lineOf(node.getStartMark()),
        below(key),
        node == null ? MISSING : written(node),
        expected);
  }

  /**
   * Notes that what follows from the value of a key contradicts something else.
   *
   * @param found what follows
   */
  public void contradict(String key, String found, String expected) {
    Node node = asked(key);
    mistakes.add(node == null ? line : lineOf(node.getStartMark()), below(key), found, expected);
  }

  /** Notes that this part as a whole contradicts itself, or something else. */
  public void refuseAll(String expected) {
    mistakes.add(line, path, values.isEmpty() ? "nothing" : String.join(", ", keys()), expected);
  }

  /** Notes every key that was never asked for. To be called after everything was. */
  public void end() {
    values.forEach(
        (key, node) -> {
          if (!asked.contains(key)) {
            mistakes.add(
                lineOf(node.getStartMark()),
                below(key),
                "unknown key",
                "one of " + String.join(", ", new TreeSet<>(asked)));
          }
        });
  }

  /** The only one of some keys that is there; a mistake, and nothing, if it is not exactly one. */
  public Optional<String> oneOf(List<String> keys) {
    asked.addAll(keys);
    List<String> found = keys.stream().filter(values::containsKey).toList();
    if (found.size() == 1) {
      return Optional.of(found.getFirst());
    }
    mistakes.add(
        line,
        path,
        found.isEmpty() ? MISSING : String.join(" and ", found),
        "exactly one of " + String.join(", ", keys));
    return Optional.empty();
  }

  /** All keys. */
  public List<String> keys() {
    return List.copyOf(values.keySet());
  }

  /**
   * A digest of what stands here, in whatever order, 12 hex digits. Only of a part without
   * mistakes: others may contain themselves.
   *
   * @param without keys that do not count
   */
  public String digest(Set<String> without) {
    SortedMap<String, Node> counted = new TreeMap<>(values);
    counted.keySet().removeAll(without);
    StringBuilder text = new StringBuilder();
    counted.forEach((key, node) -> Canonical.append(text, key, node));
    return Canonical.digest(text);
  }

  private @Nullable Node asked(String key) {
    asked.add(key);
    return values.get(key);
  }

  private @Nullable Node required(String key, String expected) {
    Node node = asked(key);
    if (node == null) {
      mistakes.add(line, below(key), MISSING, expected);
    }
    return node;
  }

  private List<Node> sequence(@Nullable Node node, String key) {
    if (node instanceof SequenceNode sequence) {
      return sequence.getValue();
    }
    if (node != null) {
      mistakes.add(lineOf(node.getStartMark()), key, written(node), "a list");
    }
    return List.of();
  }

  private <T> T parsed(Node node, String key, Unit<T> unit) {
    Optional<T> value =
        node instanceof ScalarNode scalar
            ? unit.parse().apply(scalar.getValue())
            : Optional.empty();
    if (value.isEmpty()) {
      mistakes.add(lineOf(node.getStartMark()), key, written(node), unit.expected());
    }
    return value.orElse(unit.placeholder());
  }

  private String below(String key) {
    return path.isEmpty() ? key : path + '.' + key;
  }

  private static String written(Node node) {
    return switch (node) {
      case ScalarNode scalar -> "'" + scalar.getValue() + "'";
      case SequenceNode _ -> "a list";
      default -> "keys with values";
    };
  }

  private static int lineOf(Optional<Mark> mark) {
    return mark.map(each -> each.getLine() + 1).orElse(1);
  }
}
