package io.sightline.connectors.bridge;

import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.sightline.connectors.bridge.GalleryEditor.Edited;
import io.sightline.connectors.bridge.access.Access;
import io.sightline.connectors.bridge.call.HttpProblem;
import io.sightline.connectors.catalogue.CatalogueEntry;
import io.sightline.connectors.catalogue.GalleryCatalogue;
import io.sightline.connectors.catalogue.GallerySummary;
import io.sightline.connectors.reply.RequestReply;
import io.sightline.schemas.request.InvalidRequestException;
import io.sightline.schemas.request.RequestLimits;
import io.sightline.schemas.topics.GalleryKey;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** The services under /v1/galleries. What can be refused from the head of a request is, before its body is read. */
final class GalleryServices {
    private static final int MAX_PAGE = 1000;
    private static final int DEFAULT_PAGE = 100;

    private final BridgeSettings settings;
    private final RequestLimits limits;
    private final RequestReply replies;
    private final BodyCalls calls;
    private final ModelsService models;
    private final Optional<Function<String, GalleryIndexState>> index;
    private final CatalogueView catalogue;
    private final GalleryEditor editor;
    private final GalleryDrop drop;

    GalleryServices(BridgeSettings settings, RequestLimits limits, RequestReply replies, BodyCalls calls, Optional<GalleryCatalogue> catalogue, ModelsService models,
            Optional<Function<String, GalleryIndexState>> index) {
        this.settings = settings;
        this.limits = limits;
        this.replies = replies;
        this.calls = calls;
        this.models = models;
        this.index = index;
        this.catalogue = new CatalogueView(catalogue);
        this.editor = new GalleryEditor(replies.gallery(), catalogue, settings.requestTimeoutMs());
        this.drop = new GalleryDrop(editor, settings.maxBulkInFlight());
    }

    /** A call, known by its id, on the gallery and perhaps the entry that its path names. */
    private record Call(ServiceRequestContext ctx, HttpRequest http, String requestId, String gallery, String id) {
        Map<String, String> parameters(String... known) {
            return PercentText.parameters(ctx.query(), List.of(known));
        }

        GalleryKey key() {
            return new GalleryKey(gallery, id);
        }
    }

    /** By route. */
    Map<ApiRoute, HttpService> all() {
        Map<ApiRoute, HttpService> services = new LinkedHashMap<>();
        add(services, ApiRoute.GALLERIES, this::galleries);
        add(services, ApiRoute.GALLERY, this::gallery);
        add(services, ApiRoute.GALLERY_DROP, this::drop);
        add(services, ApiRoute.GALLERY_REBUILD, this::rebuild);
        add(services, ApiRoute.GALLERY_SEARCH, this::search);
        add(services, ApiRoute.ENTRIES, this::entries);
        add(services, ApiRoute.ENTRIES_ADD, this::add);
        add(services, ApiRoute.ENTRY, this::entry);
        add(services, ApiRoute.ENTRY_PUT, this::put);
        add(services, ApiRoute.ENTRY_REMOVE, this::remove);
        return services;
    }

    private static void add(Map<ApiRoute, HttpService> services, ApiRoute route, Function<Call, HttpResponse> service) {
        services.put(route, (ctx, http) -> {
            String requestId = "";
            try {
                requestId = RecognitionQuery.requestId(http.headers());
                List<String> variables = route.variables(ErrorAnswers.path(http.headers()));
                String gallery = variables.isEmpty() ? null : RequestLimits.checkName("gallery", variables.get(0));
                if (gallery != null) {
                    Access.of(ctx).requireGallery(gallery);
                }
                String id = variables.size() < 2 ? null : RequestLimits.checkId("id", variables.get(1));
                return service.apply(new Call(ctx, http, requestId, gallery, id));
            } catch (HttpProblem | InvalidRequestException e) {
                return Answers.problem(requestId, e);
            }
        });
    }

    private HttpResponse galleries(Call call) {
        call.parameters();
        return Answers.json(HttpStatus.OK, GalleryJson.summaries(catalogue.get().summaries().stream().filter(gallery -> Access.of(call.ctx()).allows(gallery.gallery())).toList()));
    }

    private HttpResponse gallery(Call call) {
        call.parameters();
        GallerySummary summary = catalogue.gallery(call.gallery());
        if (index.isEmpty()) {
            return Answers.json(HttpStatus.OK, GalleryJson.summary(summary, Optional.empty()));
        }
        // The index may be a server, which is not waited for on the event loop.
        return HttpResponse.of(CompletableFuture.supplyAsync(() -> index.get().apply(call.gallery()), call.ctx().blockingTaskExecutor())
                .handle((state, error) -> error == null ? Answers.json(HttpStatus.OK, GalleryJson.summary(summary, Optional.of(state))) : Answers.problem(call.requestId(), error)));
    }

    private HttpResponse entry(Call call) {
        call.parameters();
        return HttpResponse.of(find(call).handle((entry, error) -> error == null ? Answers.json(HttpStatus.OK, GalleryJson.entry(call.gallery(), call.id(), entry))
                : Answers.problem(call.requestId(), error)));
    }

    /** One that is not there may be on its way: added here by somebody who did not wait for it. */
    private CompletableFuture<CatalogueEntry> find(Call call) {
        Optional<CatalogueEntry> there = catalogue.get().entry(call.gallery(), call.id());
        return there.map(CompletableFuture::completedFuture)
                .orElseGet(() -> editor.loggedSeen(call.gallery()).thenApplyAsync(nothing -> catalogue.entry(call.gallery(), call.id()), call.ctx().eventLoop()));
    }

    private HttpResponse entries(Call call) {
        Map<String, String> parameters = call.parameters("limit", "after");
        int limit = limit(parameters.get("limit"));
        String after = parameters.containsKey("after") ? RequestLimits.checkId("after", parameters.get("after")) : null;
        GallerySummary gallery = catalogue.gallery(call.gallery());
        Map<String, CatalogueEntry> page = catalogue.get().page(call.gallery(), after, limit + 1);
        String next = null;
        if (page.size() > limit) {
            String[] ids = page.keySet().toArray(String[]::new);
            page.remove(ids[limit]);
            next = ApiRoute.ENTRIES.filled(call.gallery()) + "?limit=" + limit + "&after=" + PercentText.encode(ids[limit - 1]);
        }
        return Answers.json(HttpStatus.OK, GalleryJson.page(gallery, page, next));
    }

    private static int limit(String text) {
        if (text == null) {
            return DEFAULT_PAGE;
        }
        if (!text.matches("[0-9]{1,4}") || Integer.parseInt(text) < 1 || Integer.parseInt(text) > MAX_PAGE) {
            throw new InvalidRequestException("limit: '" + RequestLimits.shown(text) + "' (expected: 1.." + MAX_PAGE + ")");
        }
        return Integer.parseInt(text);
    }

    private HttpResponse add(Call call) {
        BodyKind kind = BodyKind.of(call.http().headers(), true, true);
        Map<String, String> parameters = call.parameters(kind.form() == BodyKind.Form.IMAGE ? EntryDraft.PARAMETERS.toArray(String[]::new) : new String[] {EditWait.PARAMETER});
        EditWait wait = EditWait.of(parameters);
        EntryIds ids = RecognitionQuery.hasKey(call.http().headers()) ? EntryIds.keyed(Access.of(call.ctx()).name(), call.gallery(), call.requestId()) : EntryIds.fresh();
        calls.admission().check();
        if (kind.form() == BodyKind.Form.JSON_LINES) {
            return BulkEdit.serve(call.ctx(), call.http(), new BulkEdit.Work(call.gallery(), ids, wait, editor, limits, settings), calls);
        }
        return calls.serve(call.ctx(), call.http(), call.requestId(), kind, bytes -> {
            EntryDraft draft = EntryDraft.of(kind, bytes, parameters, limits);
            GalleryKey key = draft.key(call.gallery(), ids, 0);
            return editor.edit(call.requestId(), key, draft.entry(key), wait);
        }, edited -> created(call.requestId(), edited));
    }

    private static HttpResponse created(String requestId, Edited edited) {
        String location = ApiRoute.ENTRY.filled(edited.key().gallery(), edited.key().id());
        return Answers.json(HttpStatus.CREATED, GalleryJson.edited(requestId, edited)).mapHeaders(headers -> headers.toBuilder().set(HttpHeaderNames.LOCATION, location).build());
    }

    private HttpResponse put(Call call) {
        BodyKind kind = BodyKind.of(call.http().headers(), true, false);
        String[] known = kind.form() == BodyKind.Form.IMAGE ? new String[] {EditWait.PARAMETER, "label", "attributes", "box"} : new String[] {EditWait.PARAMETER};
        Map<String, String> parameters = call.parameters(known);
        EditWait wait = EditWait.of(parameters);
        calls.admission().check();
        return calls.serve(call.ctx(), call.http(), call.requestId(), kind, bytes -> {
            EntryDraft draft = EntryDraft.of(kind, bytes, parameters, limits);
            return editor.edit(call.requestId(), call.key(), draft.entry(call.key()), wait);
        }, edited -> Answers.json(HttpStatus.OK, GalleryJson.edited(call.requestId(), edited)));
    }

    private HttpResponse remove(Call call) {
        EditWait wait = EditWait.of(call.parameters(EditWait.PARAMETER));
        calls.admission().check();
        return calls.serve(call.ctx(), call.requestId(), () -> catalogue.knows() ? find(call).thenCompose(entry -> editor.edit(call.requestId(), call.key(), null, wait))
                : editor.edit(call.requestId(), call.key(), null, wait),
                edited -> Answers.json(HttpStatus.OK, GalleryJson.edited(call.requestId(), edited)));
    }

    private HttpResponse drop(Call call) {
        Map<String, String> parameters = call.parameters(EditWait.PARAMETER, "confirm");
        EditWait wait = EditWait.of(parameters);
        String confirm = parameters.getOrDefault("confirm", "");
        if (!confirm.equals(call.gallery())) {
            throw new InvalidRequestException("confirm: '" + RequestLimits.shown(confirm) + "' (expected: '" + call.gallery() + "', for all of its entries are removed)");
        }
        calls.admission().check();
        catalogue.gallery(call.gallery());
        // As long as it takes, which is bounded by the entries there are; each edit has its own time-out.
        call.ctx().clearRequestTimeout();
        return calls.serve(call.ctx(), call.requestId(), () -> drop.all(catalogue.get(), call.gallery(), wait, call.ctx().eventLoop()),
                dropped -> Answers.json(HttpStatus.OK, GalleryJson.dropped(call.requestId(), call.gallery(), dropped.removed(), dropped.epoch(), wait)));
    }

    private HttpResponse rebuild(Call call) {
        call.parameters();
        calls.admission().check();
        return calls.serve(call.ctx(), call.requestId(), () -> replies.gallery().rebuildEverywhere(call.gallery(), Duration.ofMillis(settings.requestTimeoutMs())),
                partitions -> Answers.json(HttpStatus.ACCEPTED, GalleryJson.rebuilding(call.requestId(), call.gallery())));
    }

    private HttpResponse search(Call call) {
        BodyKind kind = BodyKind.of(call.http().headers(), true, false);
        Map<String, String> parameters = call.parameters(SearchDraft.PARAMETERS.toArray(String[]::new));
        checkSearched(call, RecognitionQuery.of(parameters, limits));
        calls.admission().check();
        return calls.serve(call.ctx(), call.http(), call.requestId(), kind, bytes -> {
            SearchDraft draft = SearchDraft.of(kind, bytes, parameters, limits);
            checkSearched(call, draft.query());
            return replies.call(draft.request(call.requestId(), call.gallery()), Duration.ofMillis(settings.requestTimeoutMs()));
        }, result -> Answers.result(models.seen(result)));
    }

    private static void checkSearched(Call call, RecognitionQuery query) {
        Access.of(call.ctx()).requireSearch(call.gallery(), SearchDraft.searched(call.gallery(), query));
    }
}
