package io.sightline.app.evaluate;

import io.sightline.app.evaluate.PrecisionRecall.Point;
import io.sightline.app.evaluate.WorldReport.ByCosine;
import java.util.Locale;

/** The report for people. */
final class WorldText {
    private final StringBuilder text = new StringBuilder();

    private WorldText() {
    }

    static String of(WorldReport report) {
        WorldText text = new WorldText();
        text.models(report);
        text.endToEnd(report);
        text.table(report);
        return text.text.toString();
    }

    private void models(WorldReport report) {
        TestWorld world = report.world();
        Point shipped = report.curve().at(report.scoreThreshold());
        line("world       %,d products from %,d, one gallery picture each; %d scenes (seed %d); %d products not in the gallery from %,d, %d scenes (seed %d)",
                world.identities(), world.from(), world.scenes(), world.seed(), world.unknownIdentities(), world.unknownFrom(), world.unknownScenes(), world.unknownSeed());
        line("detector    %s on %s", report.detector(), report.device());
        line("            AP50 %.3f over %d true boxes; recall %.3f in all; at score %.2f recall %.3f, precision %.3f", report.curve().averagePrecision(),
                report.curve().trueBoxes(), report.curve().recall(), report.scoreThreshold(), shipped.recall(), shipped.precision());
        line("            %.2f ms a picture (median, one thread, preparation included)", report.detectorMs());
        line("embedder    %s on %s", report.embedder(), report.device());
        line("            recall@1 %.3f on %d true boxes, gallery cut as the product does; %.3f with the gallery cut to true boxes", report.recallIndexed(),
                report.known().counted(), report.recallTrueBox());
        line("            %.2f ms a crop (median, one thread, preparation included)", report.embedderMs());
    }

    private void endToEnd(WorldReport report) {
        EndToEnd known = report.known();
        line("end to end  score %.2f, cosine %.2f; %d products at least half visible, 40 pixels on the shorter side", report.scoreThreshold(), report.cosineThreshold(), known.counted());
        line("            found and right %.3f, found and wrong %.3f, found without a label %.3f, not found %.3f; %.2f false labels a picture", known.rightShare(),
                known.wrongShare(), known.foundShare() - known.rightShare() - known.wrongShare(), 1 - known.foundShare(), known.falseLabelsPerPicture());
        line("            without a cosine threshold: right %.3f, wrong %.3f", report.noThreshold().rightShare(), report.noThreshold().wrongShare());
        line("            products not in the gallery that get a label: %.3f of %d", report.unknown().wrongShare(), report.unknown().counted());
    }

    private void table(WorldReport report) {
        line("");
        line("cosine   right   wrong   unknown accepted");
        for (ByCosine row : report.byCosine()) {
            line("%6.2f  %6.3f  %6.3f  %17.3f", row.threshold(), row.right(), row.wrong(), row.unknownAccepted());
        }
    }

    private void line(String format, Object... values) {
        text.append(String.format(Locale.ROOT, format, values)).append(System.lineSeparator());
    }
}
