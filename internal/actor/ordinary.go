package actor

import "strings"

// ordinaryWords are names of actors that are also words, given names, brands
// or elements, by Key. Text that holds one of them is about the actor only
// if more than the word says so.
var ordinaryWords = func() map[string]bool {
	out := map[string]bool{}
	for _, w := range strings.Fields(`
actinium aluminum americium barium bismuth bohrium boron bromine calcium cerium cesium chlorine chromium cobalt
copernicium copper curium dubnium europium gadolinium gallium gold hafnium hassium helium holmium hydrogen iodine
iridium krypton lawrencium lead magnesium manganese mercury neodymium neptunium nickel niobium nobelium osmium oxygen
phosphorus platinum plutonium polonium potassium promethium radium rubidium scandium seaborgium silicon sodium
strontium sulphur tantalum technetium tellurium terbium thallium thorium yttrium zinc zirconium electrum
aeon akira alibaba amoeba antlion armageddon auriga axiom basin bitter blackwood bottle bowser buckeye butterfly
calcium callisto calypso cardinal castle chameleon chimera cicada cleaver combine confucius covenant deadwood dogfish
dragonfly dune elfin equation foxtrot frankenstein golem gorilla grayling hellfire hippo honeybee horde icecap
inception indra kairos lazarus leviathan lexus longhorn lurid lyceum machete mana mantis mask mimo mirage monsoon
monti moonlight morpho newscaster nitro paladin parasite patchwork packrat phantom pickaxe pioneer play polaris popeye
pupa rancor rattlesnake reaper sandworm scarab scimitar sea sharpshooter sidewinder siesta silence slingshot
snake springtail strider summit superman swallowtail tailgater templar tick timmy tortoiseshell trident
ups venom vermin voyeur watchdog waterbug windigo wraith
duststorm stormcloud themask commentgroup commentcrew gop karst labubu
`) {
		out[w] = true
	}
	return out
}()

// OrdinaryWord reports whether a name is also an ordinary word, or so short
// (three letters or fewer) that text is full of it.
func OrdinaryWord(name string) bool {
	key := Key(name)
	if ordinaryWords[key] {
		return true
	}
	if len(key) > 3 {
		return false
	}
	for _, r := range key {
		if r < 'a' || r > 'z' {
			return false
		}
	}
	return key != ""
}
