package io.sightline.connectors.catalogue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CatalogueSettingsTest {
    @ParameterizedTest
    @CsvSource({"0, 640, 621378", "0, 1100, 1067994", "0, 0, 1", "0, 2000000, 100000000", "1, 640, 1", "500000, 1, 500000"})
    void shouldHoldWhatAQuarterOfTheHeapHasRoomForUnlessSaidOtherwise(int asked, long heapMb, int entries) {
        assertThat(CatalogueSettings.of(Map.of(), asked, heapMb << 20).maxEntries()).isEqualTo(entries);
    }

    @Test
    void shouldRefuseToHoldLessThanNothing() {
        assertThatIllegalArgumentException().isThrownBy(() -> CatalogueSettings.of(Map.of(), -1, 640 << 20)).withMessage("max_catalogue_entries: -1 (expected: at least 1)");
    }
}
