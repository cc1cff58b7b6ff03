/*
 * AWS's own matcher of event patterns, for a process that asks by lines: each line of stdin is a list of patterns with the events to
 * judge by them, [{"pattern": text, "events": [text, ...]}, ...], and is answered by one line of stdout with one object for each pattern:
 * {"matches": [true, ...]}, or {"refused": why} where the pattern does not compile. Null stands for an event on which event-ruler's two
 * ways of matching differ, and for one that it cannot judge; "failed" then says why. A pattern with a "limit" is measured as well:
 * "complexity" is what evaluateComplexity says of it, which looks no further than the limit. It ends when stdin does.
 */

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import software.amazon.event.ruler.GenericMachine;
import software.amazon.event.ruler.JsonRuleCompiler;
import software.amazon.event.ruler.MachineComplexityEvaluator;

public final class EventRuler {

    /** Whoever asks is blocked until the answer comes, so that none may take for ever. */
    private static final int MAX_SECONDS = 60;

    private static final int MAX_COMPILED = 1000;

    private static final ObjectMapper JSON = new ObjectMapper();

    /** A pattern that is ready to judge events. event-ruler has two ways to do it; its own default is the structured one. */
    private record Compiled(String refused, GenericMachine<String> structured, GenericMachine<String> stepwise) {

        static Compiled of(String pattern) {
            String refused = JsonRuleCompiler.check(pattern);
            try {
                return refused == null ? new Compiled(null, machine(pattern, true), machine(pattern, false)) : new Compiled(refused, null, null);
            } catch (IOException | RuntimeException | StackOverflowError error) {
                // What the check lets pass and the machine does not take.
                return new Compiled(String.valueOf(error), null, null);
            }
        }

        private static GenericMachine<String> machine(String pattern, boolean structured) throws IOException {
            GenericMachine<String> machine = GenericMachine.<String>builder().withStructuredMatching(structured).build();
            machine.addRule("rule", pattern);
            return machine;
        }

        Boolean matches(String event) throws Exception {
            boolean matches = !structured.rulesForJSONEvent(event).isEmpty();
            return matches == !stepwise.rulesForJSONEvent(event).isEmpty() ? matches : null;
        }
    }

    /** The patterns that were asked for last. */
    private final Map<String, Compiled> compiled = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Compiled> eldest) {
            return size() > MAX_COMPILED;
        }
    };

    public static void main(String[] args) throws IOException {
        EventRuler ruler = new EventRuler();
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
        ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(EventRuler::daemon);
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            Future<?> tooLong = clock.schedule(EventRuler::giveUp, MAX_SECONDS, TimeUnit.SECONDS);
            out.print(ruler.answer(JSON.readTree(line)) + "\n");
            out.flush();
            tooLong.cancel(false);
        }
    }

    private static Thread daemon(Runnable task) {
        Thread thread = new Thread(task);
        thread.setDaemon(true);
        return thread;
    }

    private static void giveUp() {
        System.err.println("event-ruler did not answer within " + MAX_SECONDS + " seconds");
        Runtime.getRuntime().halt(1);
    }

    private ArrayNode answer(JsonNode questions) {
        ArrayNode answers = JSON.createArrayNode();
        for (JsonNode question : questions) {
            Compiled pattern = compiled.computeIfAbsent(question.get("pattern").textValue(), Compiled::of);
            ObjectNode answer = judge(pattern, question.get("events"));
            if (question.has("limit") && pattern.refused() == null) {
                answer.put("complexity", pattern.structured().evaluateComplexity(new MachineComplexityEvaluator(question.get("limit").intValue())));
            }
            answers.add(answer);
        }
        return answers;
    }

    private static ObjectNode judge(Compiled pattern, JsonNode events) {
        ObjectNode answer = JSON.createObjectNode();
        if (pattern.refused() != null) {
            return answer.put("refused", pattern.refused());
        }
        ArrayNode matches = answer.putArray("matches");
        for (JsonNode event : events) {
            try {
                matches.add(pattern.matches(event.textValue()));
            } catch (Exception | StackOverflowError error) {
                matches.addNull();
                answer.put("failed", String.valueOf(error));
            }
        }
        return answer;
    }
}
