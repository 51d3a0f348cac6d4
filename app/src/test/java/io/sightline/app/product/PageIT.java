package io.sightline.app.product;

import static io.sightline.app.browser.Browser.quoted;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.sightline.app.browser.Browser;
import io.sightline.connectors.client.EntryUpload;
import io.sightline.connectors.client.GalleryClient;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The page at / in a real browser, against the whole product. Skipped where there is no Chromium. */
@ExtendWith(ProductExtension.class)
@Timeout(240)
class PageIT {
    private static final Path SCENE = Product.PICTURES.resolve("scenes/000005.jpg");
    private static final String FOUND = "document.querySelectorAll('#things li').length > 0 && document.getElementById('found').ariaBusy == 'false'";
    private static Product product;
    private static Browser browser;
    @TempDir
    private Path folder;

    @BeforeAll
    static void start(Product running) throws Exception {
        Optional<Path> program = Browser.program();
        assumeTrue(program.isPresent(), "no chromium or google-chrome on the PATH, and no " + Browser.VARIABLE + ": the page is not looked at");
        product = running;
        browser = Browser.start(program.get());
    }

    @AfterAll
    static void stop() throws Exception {
        if (browser != null) {
            browser.close();
        }
    }

    @BeforeEach
    void open() {
        browser.resize(1280, 900, false);
        browser.prefer("prefers-color-scheme", "light");
        browser.open(product.url());
        browser.await("document.getElementById('ready').textContent == 'Ready'");
    }

    private static void recognise(Path picture) {
        browser.choose("#file", picture);
        browser.await(FOUND);
    }

    private static JsonNode api(Path picture) throws Exception {
        return new JsonMapper().readTree(product.post("", Files.readAllBytes(picture), Map.of()).body());
    }

    private static List<String> texts(String selector) {
        List<String> texts = new ArrayList<>();
        browser.evaluate("[...document.querySelectorAll(" + quoted(selector) + ")].map(e => e.textContent)").forEach(text -> texts.add(text.asText()));
        return texts;
    }

    private static void fill(String selector, String text) {
        browser.evaluate("(e => { e.focus(); e.select(); })(document.querySelector(" + quoted(selector) + "))");
        browser.write(text);
    }

    /** The same picture as a phone held upright stores it: its pixels lie on their side. */
    private Path turned() throws Exception {
        byte[] jpeg = Files.readAllBytes(SCENE);
        byte[] exif = {(byte) 0xff, (byte) 0xe1, 0, 34, 'E', 'x', 'i', 'f', 0, 0, 'I', 'I', 42, 0, 8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0};
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(jpeg, 0, 2);
        out.writeBytes(exif);
        out.write(jpeg, 2, jpeg.length - 2);
        return Files.write(folder.resolve("turned.jpg"), out.toByteArray());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldDrawWhatTheServiceFindsWhereItIsWhenAPhotoIsChosen(boolean turned) throws Exception {
        // given
        Path picture = turned ? turned() : SCENE;
        JsonNode answer = api(picture);
        JsonNode detections = answer.path("detections");
        assertThat(detections).isNotEmpty();
        assertThat(answer.at("/image/height").intValue() > answer.at("/image/width").intValue()).isEqualTo(turned);
        // when
        recognise(picture);
        // then
        JsonNode drawn = browser.evaluate("""
                (() => { const image = document.getElementById('photo').getBoundingClientRect(); const scale = document.getElementById('photo').naturalWidth / image.width;
                  return [...document.querySelectorAll('#boxes button')].map(b => { const r = b.getBoundingClientRect();
                    return [r.left - image.left, r.top - image.top, r.right - image.left, r.bottom - image.top].map(side => side * scale); }); })()""");
        List<String> names = texts("#things .name span");
        List<String> tags = texts("#boxes .tag");
        assertThat(drawn).hasSameSizeAs(detections);
        for (int i = 0; i < detections.size(); i++) {
            JsonNode detection = detections.get(i);
            for (int side = 0; side < 4; side++) {
                assertThat(drawn.get(i).get(side).doubleValue()).isCloseTo(detection.path("bbox").get(side).doubleValue(), within(1.0));
            }
            JsonNode match = detection.path("matches").path(0);
            String label = match.isMissingNode() ? "unknown" : match.path("label").textValue();
            String score = String.format(java.util.Locale.ROOT, "%.2f", (match.isMissingNode() ? detection : match).path("score").doubleValue());
            assertThat(names.get(i)).isEqualTo(label);
            assertThat(tags.get(i)).isEqualTo((i + 1) + " " + label + " " + score);
        }
        assertThat(texts("#timing-legend b")).containsExactly("decode", "detect", "embed", "lookup");
        assertThat(browser.text("#timing-text")).matches("[\\d.]+ ms in the stages, [\\d.]+ ms as seen from here");
        assertThat(browser.text("#said")).startsWith(detections.size() + " things found, ");
        assertThat(browser.complaints()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"drop", "paste"})
    void shouldTakeAPhotoThatIsDroppedOrPasted(String how) {
        browser.evaluate("""
                (async () => { const canvas = document.createElement('canvas'); canvas.width = 320; canvas.height = 240;
                  const file = new File([await new Promise(done => canvas.toBlob(done, 'image/webp'))], 'a.webp', {type: 'image/webp'});
                  const data = new DataTransfer(); data.items.add(file);
                  if ('%s' == 'drop') { window.dispatchEvent(new DragEvent('drop', {dataTransfer: data, cancelable: true})); }
                  else { document.dispatchEvent(new ClipboardEvent('paste', {clipboardData: data, cancelable: true})); } })()""".formatted(how));
        browser.await("document.getElementById('said').textContent.startsWith('Nothing found, in ')");
        assertThat(browser.evaluate("document.getElementById('photo').naturalWidth").intValue()).isEqualTo(320);
    }

    @Test
    void shouldFindAtOnceWhatIsAddedFromTheKeyboardAlone() {
        // given a photo, and the focus at the top
        recognise(SCENE);
        browser.evaluate("document.activeElement.blur()");
        // when: tab to the first box, each stop visible
        List<String> stops = new ArrayList<>();
        do {
            browser.press("Tab");
            stops.add(browser.evaluate("(e => e.id || e.className || e.parentElement.id)(document.activeElement)").textValue());
            assertThat(browser.evaluate("(e => getComputedStyle(e.classList.contains('hidden-input') ? e.nextElementSibling : e).outlineStyle)(document.activeElement)").textValue())
                    .as("outline at " + stops).isNotEqualTo("none");
        } while (!stops.get(stops.size() - 1).startsWith("box") && stops.size() < 20);
        assertThat(stops).containsExactly("skip", "key", "file", "again", "pipeline", "gallery", "top-k", "threshold", stops.get(8));
        browser.press("Enter");
        browser.await("document.getElementById('add').open && document.activeElement.id == 'add-label'");
        browser.write("Mine, by keyboard");
        browser.press("Tab");
        browser.evaluate("document.activeElement.select()");
        browser.write("page-keyboard");
        browser.press("Enter");
        // then
        browser.await("document.getElementById('said').textContent.includes('is in the gallery')");
        assertThat(browser.text("#said")).startsWith("“Mine, by keyboard” is in the gallery page-keyboard, and found with score 1.00");
        assertThat(browser.text("#boxes button .tag")).isEqualTo("1 Mine, by keyboard 1.00");
        assertThat(browser.evaluate("document.activeElement == document.querySelector('#boxes button')").booleanValue()).isTrue();
        assertThat(browser.evaluate("document.getElementById('gallery').value").textValue()).isEqualTo("page-keyboard");
        assertThat(texts("#gallery-list .chip span")).contains("page-keyboard");
        // and: the dialog closes without adding
        browser.press("Enter");
        browser.await("document.getElementById('add').open");
        browser.press("Escape");
        browser.await("!document.getElementById('add').open");
        assertThat(product.worker().index().stats("page-keyboard").entries()).isEqualTo(1);
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void shouldAddAPartThatIsDrawnByHandWithTheMouse() {
        recognise(SCENE);
        browser.drag("#photo", 0.05, 0.55, 0.3, 0.9);
        browser.await("document.getElementById('add').open");
        fill("#add-label", "Corner");
        fill("#add-gallery", "page-drawn");
        browser.click("#add-submit");
        browser.await("document.getElementById('said').textContent.startsWith('“Corner” is in the gallery page-drawn')");
        assertThat(product.worker().index().stats("page-drawn").entries()).isEqualTo(1);
    }

    @Test
    void shouldShowMarkupInLabelsAsTheTextItIs() throws Exception {
        // given
        String label = "<img src=x onerror=\"window.hacked=1\"><b>bold</b>";
        GalleryClient client = new GalleryClient(product.url(), Duration.ofSeconds(30));
        JsonNode first = api(SCENE).at("/detections/0/bbox");
        List<Integer> box = List.of(first.get(0).intValue(), first.get(1).intValue(), first.get(2).intValue(), first.get(3).intValue());
        assertThat(client.put("page-markup", "<i>id</i>", new EntryUpload(null, label, new JsonMapper().readTree("{\"a\":\"<script>window.hacked=2</script>\"}"), Files.readAllBytes(SCENE), null, null, box), "searchable").ok()).isTrue();
        browser.open(product.url());
        browser.await("[...document.getElementById('gallery').options].some(o => o.value == 'page-markup')");
        browser.evaluate("document.getElementById('gallery').value = 'page-markup'");
        // when: on the photo, in the list, in the dialogs, in the table
        recognise(SCENE);
        browser.click("#boxes button");
        browser.await("document.getElementById('add').open");
        assertThat(browser.text("#add-what")).contains(label);
        browser.press("Escape");
        browser.evaluate("[...document.querySelectorAll('.chip')].find(c => c.textContent.startsWith('page-markup')).click()");
        browser.await("document.querySelector('#entry-rows th') != null");
        browser.click("#entry-rows button");
        // then
        browser.await("document.getElementById('remove').open");
        assertThat(browser.text("#remove-what")).contains(label, "<i>id</i>");
        assertThat(texts("#things .name span")).first().isEqualTo(label);
        assertThat(browser.text("#boxes .tag")).contains(label);
        assertThat(texts("#entry-rows th, #entry-rows td")).contains(label, "<i>id</i>", "{\"a\":\"<script>window.hacked=2</script>\"}");
        assertThat(browser.evaluate("document.querySelectorAll('#things img, #boxes img, #galleries img, #galleries i, dialog img, dialog b, #galleries script').length").intValue()).isZero();
        assertThat(browser.evaluate("window.hacked ?? 'no'").textValue()).isEqualTo("no");
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void shouldPageThroughAGalleryAndRemoveAnEntry() {
        // given
        GalleryClient client = new GalleryClient(product.url(), Duration.ofSeconds(30));
        for (int i = 0; i < 11; i++) {
            client.put("page-browse", String.format("e%02d", i), new EntryUpload(null, "Thing " + i, null, Product.galleryPicture(i), null, null, null), "searchable");
        }
        browser.click("#galleries-refresh");
        browser.await("[...document.querySelectorAll('.chip')].some(c => c.textContent == 'page-browse11 entries')");
        // when
        browser.evaluate("[...document.querySelectorAll('.chip')].find(c => c.textContent.startsWith('page-browse')).click()");
        browser.await("document.querySelectorAll('#entry-rows tr').length == 10");
        browser.click("#page-next");
        browser.await("document.querySelectorAll('#entry-rows tr').length == 1");
        assertThat(texts("#entry-rows th")).containsExactly("Thing 10");
        browser.click("#entry-rows button");
        browser.await("document.getElementById('remove').open");
        browser.click("#remove-submit");
        // then: the page that is left, and it is gone
        browser.await("document.querySelectorAll('#entry-rows tr').length == 10");
        browser.await("document.getElementById('galleries-said').textContent == '“Thing 10” is removed.'");
        assertThat(client.get("page-browse", "e10").httpStatus()).isEqualTo(404);
        assertThat(client.get("page-browse", "e09").ok()).isTrue();
    }

    @Test
    void shouldSayInASentenceWhatIsWrong() throws Exception {
        Path text = Files.writeString(folder.resolve("text.jpg"), "hello");
        browser.choose("#file", text);
        browser.await("document.getElementById('problem').textContent != ''");
        assertThat(browser.text("#problem")).startsWith("The server did not accept this (400): ").contains("(expected: a JPEG or PNG file)");
        recognise(SCENE);
        assertThat(browser.text("#problem")).isEmpty();
        browser.offline(true);
        try {
            browser.click("#again");
            browser.await("document.getElementById('problem').textContent != ''");
            assertThat(browser.text("#problem")).isEqualTo("The server can’t be reached. Is it still running?");
            assertThat(texts("#things li, #boxes button")).isEmpty();
        } finally {
            browser.offline(false);
        }
    }

    @Test
    void shouldShowWhatTheTracerMeasured() {
        recognise(SCENE);
        browser.await("[...document.querySelectorAll('#live-stages th[scope=row]')].length >= 4");
        assertThat(texts("#live-stages tbody th")).contains("decode", "detect", "embed", "lookup");
        assertThat(texts("#live-tiles dt")).containsExactly("Requests/s", "p50", "p99", "In flight", "Errors");
        assertThat(texts("#live-tiles dd").get(0)).matches("\\d+\\.\\d");
        assertThat(browser.text("#live-said")).matches("1 worker, windows of \\d+ s, the last one ended \\d+ s ago");
    }

    @Test
    void shouldAskNoOtherHost() {
        recognise(SCENE);
        browser.await("performance.getEntriesByType('resource').some(e => e.name.endsWith('/v1/trace'))");
        URI here = product.url();
        List<String> urls = browser.requests().stream().map(request -> request.path("url").textValue()).filter(url -> !url.startsWith("blob:" + here)).toList();
        assertThat(urls).hasSizeGreaterThan(10).allSatisfy(url -> assertThat(url).startsWith(here + "/"));
        assertThat(browser.complaints()).as("what the policy has stopped").isEmpty();
    }

    @Test
    void shouldSendTheKeyOnlyOnceItIsGivenAndKeepItInThisTabOnly() {
        assertThat(browser.requests()).noneMatch(request -> request.path("headers").has("Authorization"));
        browser.click("#key summary");
        fill("#key-text", "secret-1");
        browser.press("Enter");
        browser.await("sessionStorage.getItem('sightline.api-key') == 'secret-1'");
        recognise(SCENE);
        assertThat(browser.requests()).anyMatch(request -> request.path("url").textValue().endsWith("/v1/recognitions") && request.at("/headers/Authorization").asText().equals("Bearer secret-1"));
        assertThat(browser.evaluate("localStorage.length + document.cookie.length").intValue()).isZero();
        browser.evaluate("document.getElementById('key').open = true");
        fill("#key-text", "");
        browser.evaluate("document.getElementById('key-text').value = ''");
        browser.press("Enter");
        browser.await("sessionStorage.length == 0");
    }

    @Test
    void shouldAskForAKeyWhenTheServerWantsOne() {
        browser.evaluate("window.fetch = async () => new Response('{\"err_msg\": \"authorization: none (expected: Bearer and an API key of this server)\"}', {status: 401})");
        browser.choose("#file", SCENE);
        browser.await("document.activeElement.id == 'key-text'");
        assertThat(browser.text("#problem")).isEqualTo("The server wants an API key, or another one: authorization: none (expected: Bearer and an API key of this server)");
    }

    @Test
    void shouldFitAPhone() {
        browser.resize(360, 740, true);
        browser.open(product.url());
        fits("empty");
        recognise(SCENE);
        browser.evaluate("document.querySelector('.chip').click()");
        browser.await("document.querySelector('#entry-rows th') != null");
        browser.await("document.querySelector('#live-stages table') != null");
        browser.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)");
        fits("full");
        browser.evaluate("document.querySelector('#boxes button').click()");
        browser.await("document.getElementById('add').open");
        fits("dialog");
        assertThat(browser.evaluate("getComputedStyle(document.querySelector('.camera')).display").textValue()).isNotEqualTo("none");
        assertThat(browser.evaluate("document.getElementById('camera').getAttribute('capture')").textValue()).isEqualTo("environment");
    }

    private static void fits(String state) {
        assertThat(browser.evaluate("document.documentElement.scrollWidth").intValue()).as(state).isLessThanOrEqualTo(360);
        assertThat(browser.evaluate("""
                [...document.querySelectorAll('body *')].filter(e => e.checkVisibility() && !e.closest('.scroll, .hidden-input, .visually-hidden, .skip') && e.getBoundingClientRect().right > 361).map(e => e.outerHTML.slice(0, 80))
                """)).as(state).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"light", "dark"})
    void shouldBeReadable(String scheme) {
        browser.prefer("prefers-color-scheme", scheme);
        recognise(SCENE);
        browser.evaluate("document.querySelector('.chip').click()");
        browser.await("document.querySelector('#entry-rows th') != null");
        double ground = browser.evaluate("getComputedStyle(document.body).backgroundColor.match(/\\d+/g).map(Number).reduce((a, b) => a + b) / 765").doubleValue();
        assertThat(ground).matches(value -> scheme.equals("dark") ? value < 0.2 : value > 0.8);
        // Contrast of WCAG 2, all texts but those on the photo and of controls that can't be used now
        JsonNode faint = browser.evaluate("""
                (() => {
                  const rgb = text => { const [r, g, b, a = 1] = text.match(/[\\d.]+/g).map(Number); return {r, g, b, a}; };
                  const light = ({r, g, b}) => [r, g, b].map(v => v / 255).map(v => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4).reduce((sum, v, i) => sum + v * [.2126, .7152, .0722][i], 0);
                  const ground = e => { for (; e; e = e.parentElement) { const c = rgb(getComputedStyle(e).backgroundColor); if (c.a > .5) return c; } return rgb('rgb(255,255,255)'); };
                  return [...document.querySelectorAll('body *')].filter(e => e.checkVisibility() && !e.closest('#boxes, :disabled') && [...e.childNodes].some(n => n.nodeType == 3 && n.data.trim()))
                    .map(e => { const [a, b] = [light(rgb(getComputedStyle(e).color)), light(ground(e))]; return {text: e.textContent.trim().slice(0, 40), ratio: (Math.max(a, b) + .05) / (Math.min(a, b) + .05)}; })
                    .filter(({ratio}) => ratio < 4.5);
                })()""");
        assertThat(faint).isEmpty();
    }

    @Test
    void shouldKeepStillWhenThatIsPreferred() {
        String moving = "[...document.querySelectorAll('body *')].filter(e => getComputedStyle(e).transitionDuration.split(',').some(t => parseFloat(t) > 0) || getComputedStyle(e).animationName != 'none').length";
        browser.prefer("prefers-reduced-motion", "no-preference");
        assertThat(browser.evaluate(moving).intValue()).isPositive();
        browser.prefer("prefers-reduced-motion", "reduce");
        assertThat(browser.evaluate(moving).intValue()).isZero();
    }

    @Test
    void shouldHaveANameForEverythingThatCanBeUsed() {
        recognise(SCENE);
        browser.evaluate("document.querySelector('.chip').click()");
        browser.await("document.querySelector('#entry-rows th') != null");
        Set<String> roles = Set.of("button", "textbox", "combobox", "spinbutton", "link", "checkbox", "DisclosureTriangle", "img", "image");
        List<String> seen = new ArrayList<>();
        for (JsonNode node : browser.accessibleNodes()) {
            if (!node.path("ignored").booleanValue() && roles.contains(node.at("/role/value").asText())) {
                seen.add(node.at("/role/value").asText());
                assertThat(node.at("/name/value").asText()).as(node.toString()).isNotBlank();
            }
        }
        assertThat(seen).contains("button", "combobox", "spinbutton", "link", "image").hasSizeGreaterThan(20);
    }
}
