package io.sightline.connectors.bridge;

import com.linecorp.armeria.common.HttpStatus;
import io.sightline.connectors.bridge.call.HttpProblem;
import io.sightline.connectors.catalogue.CatalogueEntry;
import io.sightline.connectors.catalogue.GalleryCatalogue;
import io.sightline.connectors.catalogue.GallerySummary;
import io.sightline.schemas.ErrorCode;
import io.sightline.schemas.request.RequestLimits;
import java.util.Optional;

/** The catalogue as calls see it: an {@link HttpProblem} where there is nothing to see. Thread-safe. */
final class CatalogueView {
    private final Optional<GalleryCatalogue> catalogue;

    CatalogueView(Optional<GalleryCatalogue> catalogue) {
        this.catalogue = catalogue;
    }

    /** @throws HttpProblem 503 where there is no catalogue, or it is not whole */
    GalleryCatalogue get() {
        GalleryCatalogue there = catalogue.orElseThrow(() -> new HttpProblem(HttpStatus.SERVICE_UNAVAILABLE, ErrorCode.NO_SERVICE,
                "catalogue: none (expected: a bridge with bridge.galleries on)"));
        there.trouble().ifPresent(trouble -> {
            throw new HttpProblem(HttpStatus.SERVICE_UNAVAILABLE, ErrorCode.INIT, trouble);
        });
        return there;
    }

    /** True where an entry that is not found is not there: false where nobody can tell. */
    boolean knows() {
        return catalogue.isPresent() && catalogue.get().trouble().isEmpty();
    }

    /** @throws HttpProblem 404 where there is no such gallery */
    GallerySummary gallery(String gallery) {
        return get().summary(gallery).orElseThrow(() -> new HttpProblem(HttpStatus.NOT_FOUND,
                "gallery: '" + RequestLimits.shown(gallery) + "' (expected: one that has had an entry, see " + ApiRoute.GALLERIES.path() + ")"));
    }

    /** @throws HttpProblem 404 where there is no such entry */
    CatalogueEntry entry(String gallery, String id) {
        return get().entry(gallery, id).orElseThrow(() -> new HttpProblem(HttpStatus.NOT_FOUND,
                "id: '" + RequestLimits.shown(id) + "' in gallery '" + gallery + "' (expected: the id of an entry)"));
    }
}
