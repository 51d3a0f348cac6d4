package io.sightline.schemas.wire;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.Incompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;

/** Says how two versions of a schema can't read each other. */
final class Compatibility {
    private Compatibility() {
    }

    /** One sentence for each rule broken, with the file, the field and the rule. Empty: each reads what the other wrote. */
    static List<String> problems(String releasedFile, Schema released, Schema current) {
        List<String> problems = new ArrayList<>(oneWay(releasedFile, "BACKWARD, the current schema reads what was released", current, released));
        problems.addAll(oneWay(releasedFile, "FORWARD, the released schema reads what is written now", released, current));
        return problems;
    }

    private static List<String> oneWay(String file, String direction, Schema reader, Schema writer) {
        var result = SchemaCompatibility.checkReaderWriterCompatibility(reader, writer).getResult();
        return result.getCompatibility() == SchemaCompatibilityType.COMPATIBLE ? List.of()
                : result.getIncompatibilities().stream().map(i -> file + ": field " + field(reader, i) + ": " + i.getType() + " (" + i.getMessage() + "; expected: " + direction + ")")
                        .collect(Collectors.toList());
    }

    /** Avro gives a JSON pointer, /fields/7/type/items/fields/0: people know fields by their names. */
    private static String field(Schema reader, Incompatibility found) {
        List<String> names = new ArrayList<>(List.of(reader.getName()));
        String[] steps = found.getLocation().split("/");
        Schema at = reader;
        for (int i = 0; i < steps.length; i++) {
            if (steps[i].equals("fields") && i + 1 < steps.length) {
                Schema.Field field = at.getFields().get(Integer.parseInt(steps[++i]));
                names.add(field.name());
                at = field.schema();
            } else if (steps[i].equals("items")) {
                at = at.getElementType();
            } else if (steps[i].equals("values")) {
                at = at.getValueType();
            }
        }
        return String.join(".", names);
    }
}
