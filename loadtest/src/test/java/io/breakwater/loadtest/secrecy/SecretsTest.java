package io.breakwater.loadtest.secrecy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.breakwater.proto.client.Hello;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SecretsTest {
  private static final byte[] TOKEN = new byte[48];

  static {
    new Random(1).nextBytes(TOKEN);
  }

  private final Secrets secrets =
      new Secrets().bytes("token", TOKEN).text("payload", "see you at nine");

  static Stream<Arguments> forms() {
    byte[] inSomethingLarger = new byte[7 + TOKEN.length + 5];
    System.arraycopy(TOKEN, 0, inSomethingLarger, 7, TOKEN.length);
    return Stream.of(
        Arguments.of("hexadecimal", HexFormat.of().formatHex(TOKEN)),
        Arguments.of("upper case", HexFormat.of().withUpperCase().formatHex(TOKEN)),
        Arguments.of("cut short", HexFormat.of().formatHex(TOKEN, 0, 40)),
        Arguments.of("base64", Base64.getEncoder().encodeToString(inSomethingLarger)),
        Arguments.of("base64 for URLs", Base64.getUrlEncoder().encodeToString(TOKEN)),
        Arguments.of("a Java array", Arrays.toString(TOKEN)),
        Arguments.of(
            "Protocol Buffers",
            Hello.newBuilder().setToken(ByteString.copyFrom(TOKEN)).build().toString()),
        Arguments.of("text", "got [see you at nine] from 7"),
        Arguments.of(
            "text in hexadecimal",
            HexFormat.of().formatHex("x: see you at nine".getBytes(StandardCharsets.UTF_8))));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("forms")
  void finds_a_secret_in_every_form_in_which_programs_write_bytes(String form, String written) {
    String log = "12:00 INFO all is well\n12:01 DEBUG read " + written.replace("\n", " ") + "!";

    assertThat(secrets.in("a.log", log).leaks())
        .isNotEmpty()
        .allSatisfy(leak -> assertThat(leak.line()).isEqualTo(2))
        .noneSatisfy(leak -> assertThat(leak.toString()).contains(written));
  }

  @Test
  void finds_nothing_where_nothing_is() {
    byte[] other = new byte[4_096];
    new Random(2).nextBytes(other);
    String log = HexFormat.of().formatHex(other) + '\n' + Base64.getEncoder().encodeToString(other);

    assertThat(secrets.in("a.log", log)).isEqualTo(new Secrets.Search(2, List.of()));
  }

  @Test
  void reads_all_files_whatever_bytes_they_have(@TempDir Path directory) throws IOException {
    Files.createDirectories(directory.resolve("b"));
    Files.writeString(directory.resolve("a.log"), "nothing\n");
    Files.write(directory.resolve("b/c.log"), new byte[] {-1, -2, '\n'});
    Files.writeString(directory.resolve("b/d.log"), "see you at nine\n");

    assertThat(secrets.in(directory))
        .returns(3, Secrets.Search::lines)
        .satisfies(
            search ->
                assertThat(search.leaks())
                    .extracting(Secrets.Leak::toString)
                    .containsExactly("b/d.log:1: payload as text"));
  }

  @Test
  void finds_a_private_key_as_it_is_in_its_file_and_as_java_has_it(@TempDir Path directory)
      throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    ECPrivateKey key = (ECPrivateKey) generator.generateKeyPair().getPrivate();
    String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(key.getEncoded());
    Path pem =
        Files.writeString(
            directory.resolve("a.key"),
            "-----BEGIN PRIVATE KEY-----\n" + base64 + "\n-----END PRIVATE KEY-----\n");
    secrets.privateKey("key", pem);

    assertThat(secrets.in("a.log", "read " + base64.lines().toList().getLast()).leaks())
        .extracting(Secrets.Leak::what)
        .containsExactly("key as text");
    assertThat(secrets.in("a.log", "s=" + key.getS()).leaks())
        .extracting(Secrets.Leak::what)
        .containsExactly("key in decimals");
    assertThat(secrets.in("a.log", HexFormat.of().formatHex(key.getEncoded())).leaks())
        .extracting(Secrets.Leak::what)
        .contains("key in hexadecimal");
  }

  @Test
  void refuses_bytes_that_would_be_found_by_chance() {
    assertThatThrownBy(() -> secrets.bytes("id", new byte[4]))
        .hasMessage("id: 4 bytes (expected: at least 16)");
  }
}
