package io.sightline.connectors.results;

import static io.sightline.connectors.csv.CsvText.harmless;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.sightline.connectors.csv.CsvText;
import io.sightline.connectors.json.ExactJson;
import io.sightline.connectors.results.RankedLabels.Ranked;
import io.sightline.schemas.Detection;
import io.sightline.schemas.Lineage;
import io.sightline.schemas.Match;
import io.sightline.schemas.RecognitionResult;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** A result as one row of a table: its best label with the detection that has it, or its first detection where nothing has a label. */
final class ResultRow {
    static final List<String> COLUMNS = List.of("request_id", "status", "err_no", "err_msg", "attribute_path", "attribute_label", "pipeline", "image_width", "image_height", "detections",
            "label", "label_score", "match_id", "match_gallery", "class", "score", "x1", "y1", "x2", "y2", "gallery", "gallery_epoch", "models", "build", "config_hash",
            "input_topic", "input_partition", "input_offset", "total_ms", "completed_at", "attributes");
    private static final int CORNERS = 4;

    private ResultRow() {
    }

    static String of(RecognitionResult result) {
        List<String> cells = new ArrayList<>(COLUMNS.size());
        cells.add(harmless(result.getRequestId()));
        cells.add(result.getStatus().name().toLowerCase(Locale.ROOT));
        cells.add(Integer.toString(result.getErrNo()));
        cells.add(harmless(result.getErrMsg()));
        cells.add(harmless(result.getAttributes().get("path")));
        cells.add(harmless(result.getAttributes().get("label")));
        cells.add(harmless(result.getPipeline()));
        cells.add(result.getImage() == null ? null : Integer.toString(result.getImage().getWidth()));
        cells.add(result.getImage() == null ? null : Integer.toString(result.getImage().getHeight()));
        cells.add(Integer.toString(result.getDetections().size()));
        best(result, cells);
        Lineage lineage = result.getLineage();
        cells.add(harmless(lineage.getGallery()));
        cells.add(text(lineage.getGalleryEpoch()));
        cells.add(json(lineage.getModels()));
        cells.add(harmless(lineage.getBuild()));
        cells.add(harmless(lineage.getConfigHash()));
        cells.add(harmless(lineage.getInputTopic()));
        cells.add(Integer.toString(lineage.getInputPartition()));
        cells.add(Long.toString(lineage.getInputOffset()));
        cells.add(text(result.getTimingsMs().get("total")));
        cells.add(result.getCompletedAtMs().toString());
        cells.add(json(result.getAttributes()));
        return CsvText.row(cells);
    }

    private static void best(RecognitionResult result, List<String> cells) {
        List<Ranked> ranked = RankedLabels.of(result);
        Ranked best = ranked.isEmpty() ? null : ranked.get(0);
        Detection detection = best != null ? result.getDetections().get(best.detection()) : result.getDetections().isEmpty() ? null : result.getDetections().get(0);
        Match match = best == null || detection.getMatches().isEmpty() ? null : detection.getMatches().get(best.match());
        cells.add(best == null ? null : harmless(best.label()));
        cells.add(best == null ? null : text(best.score()));
        cells.add(match == null ? null : harmless(match.getId()));
        cells.add(match == null ? null : harmless(match.getGallery()));
        cells.add(detection == null ? null : harmless(detection.getClass$()));
        cells.add(detection == null ? null : text(detection.getScore()));
        for (int corner = 0; corner < CORNERS; corner++) {
            cells.add(detection == null || detection.getBbox().size() != CORNERS ? null : detection.getBbox().get(corner).toString());
        }
    }

    private static String text(Number number) {
        return number == null ? null : number.toString();
    }

    private static String json(Map<String, String> texts) {
        try {
            return ExactJson.MAPPER.writeValueAsString(new TreeMap<>(texts));
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e); // memory does not fail this way
        }
    }
}
