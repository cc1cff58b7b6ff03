// jq 1.6, called as its own command line calls it. A request is a line of JSON, {query, records}, and so is its answer, in the order of
// the requests: {results: [{outputs} or {error}]}, or {problem} for a query that does not compile. Outputs are jq's own JSON texts.

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.jna.Callback;
import com.sun.jna.Library;
import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import com.sun.jna.Structure;
import com.sun.jna.ptr.PointerByReference;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.lang.ref.Reference;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;

public final class Jq {
  /** What java-jq has of jq 1.6, by the name that JNA gives to the system. */
  private static final Map<String, String> LIBRARIES = Map.of(
      "linux-x86-64", "/lib/linux-x86_64/libjq.so",
      "darwin-x86-64", "/lib/darwin-x86_64/libjq.dylib");

  /** jq calls itself for each level of a value; a command has 8 MB on most systems. */
  private static final long STACK_BYTES = 8L * 1024 * 1024;

  private static final ObjectMapper JSON = new ObjectMapper();

  public static void main(String[] arguments) throws IOException {
    LibJq jq = load();
    // One at a time: what jq searches with is not made for threads. The end of the input is seen even while a query never ends.
    Executor worker = Executors.newSingleThreadExecutor(work -> new Thread(null, work, "jq", STACK_BYTES));
    BufferedReader requests = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line; (line = requests.readLine()) != null; ) {
      JsonNode request = JSON.readTree(line);
      worker.execute(() -> answer(jq, request));
    }
    Runtime.getRuntime().halt(0);
  }

  private static void answer(LibJq jq, JsonNode request) {
    ObjectNode answer = JSON.createObjectNode();
    try (Query query = new Query(jq, request.get("query").textValue())) {
      if (query.problem() != null) {
        answer.put("problem", query.problem());
      } else {
        ArrayNode results = answer.putArray("results");
        for (JsonNode record : request.get("records")) results.add(query.run(record.textValue()));
      }
    }
    System.out.writeBytes((answer + "\n").getBytes(StandardCharsets.UTF_8));
    System.out.flush();
  }

  private static LibJq load() throws IOException {
    String system = com.sun.jna.Platform.RESOURCE_PREFIX;
    String resource = LIBRARIES.get(system);
    if (resource == null) throw new IOException("java-jq has jq 1.6 for " + String.join(" and ", LIBRARIES.keySet()) + " only; this is " + system);
    Path file = Files.createTempFile("libjq", null);
    try (InputStream library = Jq.class.getResourceAsStream(resource)) {
      Files.copy(library, file, StandardCopyOption.REPLACE_EXISTING);
      return Native.load(file.toString(), LibJq.class, Map.of(Library.OPTION_STRING_ENCODING, "UTF-8"));
    } finally {
      Files.delete(file);
    }
  }

  /** A compiled query, or why it does not compile. */
  private static final class Query implements AutoCloseable {
    private static final int INVALID = 0;
    private static final int STRING = 5;

    private final LibJq jq;
    private final Pointer state;
    private final List<String> messages = new ArrayList<>();
    /** Held here, as is the next, because jq calls them as long as there is a state. */
    private final LibJq.ErrorCallback onError = (data, message) -> messages.add(text(message));
    private final LibJq.InputCallback noInput;
    private final boolean compiled;

    Query(LibJq jq, String query) {
      this.jq = jq;
      noInput = (caller, data) -> jq.jv_invalid();
      state = jq.jq_init();
      // jq_init leaves these as the memory was.
      jq.jq_set_error_cb(state, onError, null);
      jq.jq_set_input_cb(state, noInput, null);
      jq.jq_set_debug_cb(state, null, null);
      compiled = jq.jq_compile(state, query) != 0;
    }

    String problem() {
      return compiled ? null : String.join("; ", messages);
    }

    /** The outputs of the one value in a record, or why there are none. */
    ObjectNode run(String record) {
      byte[] bytes = record.getBytes(StandardCharsets.UTF_8);
      Pointer parser = jq.jv_parser_new(0);
      Memory buffer = new Memory(bytes.length + 1);
      try {
        buffer.write(0, bytes, 0, bytes.length);
        jq.jv_parser_set_buf(parser, buffer, bytes.length, 0);
        LibJq.Jv value = jq.jv_parser_next(parser);
        if (!isValid(value)) return error("the record is not JSON: " + messageOr(value, "it is empty"));
        LibJq.Jv more = jq.jv_parser_next(parser);
        String rest = isValid(more) ? text(more) : messageOr(more, null);
        if (rest == null) return outputs(value);
        jq.jv_free(value);
        return error("the record is not JSON: more than one value, " + rest);
      } finally {
        jq.jv_parser_free(parser);
        // The parser read from it, which Java does not see.
        Reference.reachabilityFence(buffer);
      }
    }

    /** As jq's own command does it; a value that is an error without a message ends the outputs and is none. */
    private ObjectNode outputs(LibJq.Jv value) {
      ObjectNode result = JSON.createObjectNode();
      ArrayNode outputs = result.putArray("outputs");
      jq.jq_start(state, value, 0);
      LibJq.Jv output = jq.jq_next(state);
      for (; isValid(output); output = jq.jq_next(state)) outputs.add(string(jq.jv_dump_string(output, 0)));
      if (jq.jq_halted(state) != 0) {
        jq.jv_free(output);
        return error("jq stopped without an output");
      }
      String message = messageOr(output, null);
      return message == null ? result : error(message);
    }

    private static ObjectNode error(String message) {
      return JSON.createObjectNode().put("error", message);
    }

    private boolean isValid(LibJq.Jv value) {
      return jq.jv_get_kind(value) != INVALID;
    }

    /** Consumes a value that is not valid. */
    private String messageOr(LibJq.Jv invalid, String fallback) {
      if (jq.jv_invalid_has_msg(jq.jv_copy(invalid)) != 0) return text(jq.jv_invalid_get_msg(invalid));
      jq.jv_free(invalid);
      return fallback;
    }

    /** Consumes a value: a string is its own text, anything else its JSON. */
    private String text(LibJq.Jv value) {
      return string(jq.jv_get_kind(value) == STRING ? value : jq.jv_dump_string(value, 0));
    }

    /** Consumes a string. */
    private String string(LibJq.Jv string) {
      String text = jq.jv_string_value(string);
      jq.jv_free(string);
      return text;
    }

    @Override
    public void close() {
      jq.jq_teardown(new PointerByReference(state));
    }
  }

  /** What is called of libjq. @see https://github.com/jqlang/jq/wiki/C-API:-libjq */
  public interface LibJq extends Library {
    Pointer jq_init();

    void jq_set_error_cb(Pointer state, ErrorCallback callback, Pointer data);

    void jq_set_input_cb(Pointer state, InputCallback callback, Pointer data);

    void jq_set_debug_cb(Pointer state, Pointer callback, Pointer data);

    int jq_compile(Pointer state, String query);

    void jq_start(Pointer state, Jv input, int flags);

    Jv jq_next(Pointer state);

    int jq_halted(Pointer state);

    void jq_teardown(PointerByReference state);

    Pointer jv_parser_new(int flags);

    void jv_parser_set_buf(Pointer parser, Pointer buffer, int length, int isPartial);

    Jv jv_parser_next(Pointer parser);

    void jv_parser_free(Pointer parser);

    int jv_get_kind(Jv value);

    int jv_invalid_has_msg(Jv value);

    Jv jv_invalid_get_msg(Jv value);

    Jv jv_dump_string(Jv value, int flags);

    String jv_string_value(Jv value);

    Jv jv_invalid();

    Jv jv_copy(Jv value);

    void jv_free(Jv value);

    /** Gets a message, which it has to free. */
    interface ErrorCallback extends Callback {
      void call(Pointer data, Jv message);
    }

    /** Yields the next record of the input, or what is not valid. */
    interface InputCallback extends Callback {
      Jv call(Pointer state, Pointer data);
    }

    /** A value, as C passes it: 16 bytes in two registers for whole numbers, whatever is in them. */
    @Structure.FieldOrder({"head", "content"})
    final class Jv extends Structure implements Structure.ByValue {
      public long head;
      public long content;
    }
  }
}
