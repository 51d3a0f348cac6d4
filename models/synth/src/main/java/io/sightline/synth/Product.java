package io.sightline.synth;

import java.util.Locale;

/**
 * One product identity: everything that is printed on it follows from its seed.
 *
 * <p>Four seeds in a row form a family, so that look-alikes exist: a "range" shares package, brand and layout with its own
 * colours and artwork per member; "rivals" share package and colours with their own brand and artwork.
 */
record Product(long seed, PackageKind kind, double aspect, Palette palette, Pattern pattern, double patternScale,
        double patternAngle, Emblem emblem, String brand, String variety, BrandType type, LabelStyle labelStyle,
        int arrangement, boolean badge) {

    static final int FAMILY_SIZE = 4;

    enum Pattern { PLAIN, STRIPES, DOTS, WAVES, RAYS, CHECKS, GRADIENT, ZIGZAG, SPLIT }

    enum LabelStyle { PANEL, ROUNDED, OVAL, BAND, NONE }

    /** How the brand is written. */
    record BrandType(Face face, boolean capitals) {
        static BrandType random(Rng rng) {
            return new BrandType(rng.pick(Face.values()), rng.chance(0.45));
        }
    }

    private enum FamilyKind { RANGE, RIVALS, UNRELATED }

    static Product of(long seed) {
        Rng family = new Rng(Math.floorDiv(seed, FAMILY_SIZE), 1);
        Rng own = new Rng(seed, 2);
        FamilyKind relation = family.pick(FamilyKind.values());
        boolean unrelated = relation == FamilyKind.UNRELATED;
        Rng shared = unrelated ? own : family;
        Rng branding = relation == FamilyKind.RANGE ? family : own;
        Rng colours = relation == FamilyKind.RIVALS ? family : own;

        PackageKind kind = shared.pick(PackageKind.values());
        double aspect = shared.range(kind.minAspect, kind.maxAspect);
        String brand = Words.word(branding, branding.between(1, 3));
        BrandType type = BrandType.random(branding);
        LabelStyle labelStyle = branding.pick(LabelStyle.values());
        int arrangement = branding.below(5);
        Palette palette = Palette.random(colours);
        return new Product(seed, kind, aspect, palette, own.pick(Pattern.values()), own.range(0.06, 0.2), own.range(0, Math.PI),
                Emblem.random(own), brand, Words.word(own, 2), type, labelStyle, arrangement, own.chance(0.3));
    }

    /** Width of the front when its longer side has the given length. */
    double width(double longSide) {
        return aspect >= 1 ? longSide : longSide * aspect;
    }

    double height(double longSide) {
        return aspect >= 1 ? longSide / aspect : longSide;
    }

    /** A readable label, unique through the seed. */
    String label() {
        return Words.capitalised(brand) + " " + Words.capitalised(variety) + " " + kind.name().toLowerCase(Locale.ROOT) + " #" + seed;
    }
}
