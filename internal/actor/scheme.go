package actor

import (
	"regexp"
	"strings"
	"sync"
)

// scheme is a vendor's documented way of naming groups.
type scheme struct {
	namer   string
	pattern *regexp.Regexp
}

// schemes follows the vendors' public naming pages: Microsoft's weather
// families and DEV-/Storm- numbers, CrowdStrike's animals, Secureworks'
// metals with TG- numbers, Mandiant's APT/FIN/UNC/TEMP, Unit 42's
// constellations, Proofpoint's TA, Trend Micro's Earth, and the numbered
// lists of others. APT numbers are Mandiant's only up to 45: higher and
// suffixed ones (APT-C-) come from elsewhere.
var schemes = sync.OnceValue(func() []scheme {
	list := [][2]string{
		{"Microsoft", `(?i)^(?:[a-z]+ (?:typhoon|blizzard|sandstorm|sleet|dust|hail|cyclone|rain|tempest|tsunami|flood)|storm-\d{4}|dev-\d{4})$`},
		{"Microsoft", `^(?:ACTINIUM|AMERICIUM|BARIUM|BISMUTH|BOHRIUM|BROMINE|CADMIUM|CERIUM|CHROMIUM|COPERNICIUM|CURIUM|DUBNIUM|ELBRUS|EUROPIUM|GADOLINIUM|GALLIUM|HAFNIUM|HOLMIUM|IRIDIUM|KRYPTON|LAWRENCIUM|MANGANESE|MERCURY|NEPTUNIUM|NICKEL|NOBELIUM|OSMIUM|PARINACOTA|PHOSPHORUS|PLATINUM|PLUTONIUM|POLONIUM|PROMETHIUM|RADIUM|RUBIDIUM|SEABORGIUM|SOURGUM|SPURR|STRONTIUM|TAAL|THALLIUM|TUNGSTEN|ZINC|ZIRCONIUM)$`},
		{"CrowdStrike", `(?i)^[a-z]+ (?:panda|bear|kitten|spider|chollima|jackal|tiger|leopard|buffalo|crane|wolf|ocelot|hawk|lynx|saiga|sphinx)$`},
		{"Secureworks", `(?i)^(?:(?:bronze|iron|gold|cobalt|nickel|tin|copper|aluminum|zinc|platinum|tungsten) [a-z]+|tg-\d{4})$`},
		{"Mandiant", `(?i)^(?:apt ?(?:[1-9]|[1-3][0-9]|4[0-5])|fin\d{1,2}|unc\d{2,5}|temp\.[a-z_]+)$`},
		{"Google", `(?i)^[a-z]+ (?:castle|relic|ion)$`},
		{"Unit 42", `(?i)^[a-z]+ (?:taurus|ursa|serpens|libra|scorpius|pisces|lynx|virgo|gemini|orion|mantis|leo|aquila|draco|phoenix)$|^cl-(?:sta|cri|unk)-\d{4}$`},
		{"Proofpoint", `(?i)^ta\d{3,4}$|^unk_[a-z]+$`},
		{"Trend Micro", `(?i)^(?:earth|water|void|fire) [a-z]+$`},
		{"Thales", `(?i)^atk ?\d{1,3}$`},
		{"IBM", `(?i)^itg\d{2}$|^hive-?\d{4}$`},
		{"360", `(?i)^apt-c-\d{2}$`},
		{"CERT-UA", `(?i)^uac-\d{4}$`},
		{"Recorded Future", `(?i)^tag-\d{2,3}$`},
		{"Cisco Talos", `(?i)^uat-?\d{4}$`},
		{"PwC", `(?i)^(?:red|blue|yellow|white|black|grey|orange|green) (?:keres|ladon|dev \d+|phoenix|kelpie|nue|djinn|apollo|gargoyle|vulture|naga|orthrus|menshen|scylla|hariasa|moros|charon|lamassu|liderc|maero|garuda|nix|athena|callisto|kitsune|otso|python|tantal|dev|artemis|alecto|sirin|hydra|chimera)[ \d]*$`},
		{"MITRE", `^G\d{4}$`},
		{"Elastic", `(?i)^ref\d{4}$`},
		{"Tencent", `(?i)^t-apt-\d{2}$`},
	}
	out := make([]scheme, len(list))
	for i, s := range list {
		out[i] = scheme{s[0], regexp.MustCompile(s[1])}
	}
	return out
})

// SchemeOf returns the vendor whose naming scheme a name follows, or "". It
// is a guess: a scheme's form does not prove who coined the name.
func SchemeOf(name string) string {
	name = strings.TrimSpace(name)
	for _, s := range schemes() {
		if s.pattern.MatchString(name) {
			return s.namer
		}
	}
	return ""
}
