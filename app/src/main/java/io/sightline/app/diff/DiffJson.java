package io.sightline.app.diff;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sightline.connectors.diff.ChangeKind;
import io.sightline.connectors.diff.Diff;
import io.sightline.connectors.diff.FailIf;
import io.sightline.connectors.diff.LineageDiff;
import io.sightline.connectors.diff.ResultChange;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Differences as one JSON object. The same sets always give the same text. */
public final class DiffJson {
    private static final JsonMapper JSON = new JsonMapper();
    private static final int MAX_RENAMES = 100;

    private DiffJson() {
    }

    public static void write(DiffRun.Outcome outcome, List<FailIf> conditions, PrintWriter out) {
        Diff diff = outcome.diff();
        ObjectNode json = JSON.createObjectNode();
        side(outcome.a(), json.putObject("a"));
        side(outcome.b(), json.putObject("b"));
        json.putObject("tolerance").put("score", outcome.tolerance().score()).put("iou", outcome.tolerance().boxIou()).put("pair_iou", outcome.tolerance().pairIou());
        json.put("both", diff.both()).put("either", diff.either()).put("different", diff.different()).put("different_with_same_lineage", diff.differentWithSameLineage());
        ObjectNode kinds = json.putObject("kinds");
        for (ChangeKind kind : ChangeKind.values()) {
            Diff.Count count = diff.count(kind);
            kinds.putObject(kind.text()).put("requests", count.results()).put("of", diff.of(kind)).put("things", count.detections());
        }
        ArrayNode lineage = json.putArray("lineage");
        for (LineageDiff.Aspect aspect : diff.lineage().all()) {
            ObjectNode node = lineage.addObject().put("aspect", aspect.name()).put("different", aspect.different());
            values(aspect.a(), node.putObject("a"));
            values(aspect.b(), node.putObject("b"));
        }
        ArrayNode renames = json.putArray("labels");
        diff.renames().stream().limit(MAX_RENAMES).forEach(rename -> renames.addObject().put("a", rename.a().toString()).put("b", rename.b().toString()).put("things", rename.detections()));
        ArrayNode worst = json.putArray("worst");
        for (ChangeKind kind : ChangeKind.values()) {
            for (ResultChange change : diff.worst(kind)) {
                ArrayNode changes = worst.addObject().put("kind", kind.text()).put("request_id", change.id()).putArray("changes");
                ChangeText.lines(change).forEach(changes::add);
            }
        }
        ArrayNode failIf = json.putArray("fail_if");
        conditions.forEach(condition -> failIf.addObject().put("condition", condition.text()).put("holds", condition.holds(diff)).put("requests", condition.count(diff)).put("of", condition.of(diff)));
        out.println(json);
    }

    private static void side(DiffRun.Side side, ObjectNode json) {
        json.put("name", side.name()).put("results", side.results()).put("repeated", side.repeated()).put("other_records", side.others());
    }

    private static void values(Map<String, Long> values, ObjectNode json) {
        new TreeMap<>(values).forEach(json::put);
    }
}
