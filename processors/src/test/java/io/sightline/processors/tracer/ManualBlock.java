package io.sightline.processors.tracer;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The block in the manual of the reference server's ArcFace service, and regular expressions made of such a block. */
final class ManualBlock {
    static final String TEXT = """
            2021-11-04 13:38:52,507 Op(ArcFace):
            2021-11-04 13:38:52,507 \tin[135.4579597902098 ms]
            2021-11-04 13:38:52,507 \tprep[0.9921311188811189 ms]
            2021-11-04 13:38:52,507 \tmidp[3.9232132867132865 ms]
            2021-11-04 13:38:52,507 \tpostp[0.12166258741258741 ms]
            2021-11-04 13:38:52,507 \tout[0.9898286713286714 ms]
            2021-11-04 13:38:52,508 \tidle[0.9643989520087675]
            2021-11-04 13:38:52,508 DAGExecutor:
            2021-11-04 13:38:52,508 \tQuery count[573]
            2021-11-04 13:38:52,508 \tQPS[57.3 q/s]
            2021-11-04 13:38:52,509 \tSucc[0.9982547993019197]
            2021-11-04 13:38:52,509 \tError req[394]
            2021-11-04 13:38:52,509 \tLatency:
            2021-11-04 13:38:52,509 \t\tave[11.52941186736475 ms]
            2021-11-04 13:38:52,509 \t\t.50[11.492 ms]
            2021-11-04 13:38:52,509 \t\t.60[11.658 ms]
            2021-11-04 13:38:52,509 \t\t.70[11.95 ms]
            2021-11-04 13:38:52,509 \t\t.80[12.251 ms]
            2021-11-04 13:38:52,509 \t\t.90[12.736 ms]
            2021-11-04 13:38:52,509 \t\t.95[13.21 ms]
            2021-11-04 13:38:52,509 \t\t.99[13.987 ms]
            2021-11-04 13:38:52,510 Channel (server worker num[10]):
            2021-11-04 13:38:52,510 \tchl0(In: ['@DAGExecutor'], Out: ['ArcFace']) size[0/0]
            2021-11-04 13:38:52,510 \tchl1(In: ['ArcFace'], Out: ['@DAGExecutor']) size[0/0]
            """;
    /** What differs from block to block, and what it may be. */
    private static final Pattern VALUES = Pattern.compile("(?<stamp>\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d,\\d{3})|(?<ids>(?<=Error req\\[)[^\\]\\n]*)|(?<=\\[)(?<decimal>\\d+\\.\\d+(e-\\d+)?)|(?<=[\\[/])(?<whole>\\d+)");

    private ManualBlock() {
    }

    /** Takes every block, or line, that is like this one but for its times, numbers and ids. */
    static Pattern pattern(String block) {
        StringBuilder regex = new StringBuilder();
        Matcher values = VALUES.matcher(block);
        int end = 0;
        while (values.find()) {
            regex.append(Pattern.quote(block.substring(end, values.start())));
            if (values.group("stamp") != null) {
                regex.append("\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d,\\d{3}");
            } else if (values.group("ids") != null) {
                regex.append("[^\\]\\n]*");
            } else {
                regex.append(values.group("decimal") != null ? "\\d+\\.\\d+(?:e-\\d+)?" : "\\d+");
            }
            end = values.end();
        }
        return Pattern.compile(regex.append(Pattern.quote(block.substring(end))).toString());
    }
}
