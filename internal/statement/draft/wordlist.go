package draft

import "strings"

// wordList is a list of lower-case words, separated by blanks.
type wordList string

// has reports whether the list holds a word.
func (l wordList) has(word string) bool {
	for w := range strings.SplitSeq(string(l), " ") {
		if w == word {
			return true
		}
	}
	return false
}

// Words around a verb.
const (
	// auxiliaries stand between a subject and its verb.
	auxiliaries wordList = "has have had is are was were be been being will would may might could should also already then today now jointly formally first on monday tuesday wednesday thursday friday saturday sunday both all all- however later earlier therefore hereby further"
	// passives make a verb passive: "was condemned".
	passives wordList = "was were been is are being be"
	// helpers are auxiliaries of a question or a negation.
	helpers wordList = "did does do never"
	// negations turn a verb round.
	negations wordList = "not never"
	// infinitives stand before a verb that has no subject of its own.
	infinitives wordList = "without to"
	// intentions make an infinitive their subject's act: "continues to condemn".
	intentions wordList = "continues continue want wants wish wishes would-like like"
	// copulas can be a verb of their own: "is confident".
	copulas wordList = "is are"
	// anyVerbs show where the verb of a sentence is that no speech verb introduces.
	anyVerbs wordList = "is are was were has have must should will can"
	// plainVerbs act in a sentence of narration.
	plainVerbs wordList = "is was are were has"
	// clauseBreaks begin another clause after a comma.
	clauseBreaks wordList = "while whereas but although"
	// contrasts begin another clause without one.
	contrasts wordList = "while whereas"
	// clauseTails belong to the clause that follows.
	clauseTails wordList = ", ; and while but whereas for"
	// participleLinks tie a participle to the act before it: "by naming".
	participleLinks wordList = "in for of by without from after before"
	// decisions decide on measures: "agreed to impose sanctions".
	decisions wordList = "agreed decided adopted imposed introduced announced approved imposes adopts"
	// opposites stand between measures and whom they hit.
	opposites wordList = "against on"
)

// Words around a name.
const (
	// prepositions make the name behind them no subject.
	prepositions wordList = "of by to against with for from at in on about behind between into over under than accused blamed targeting via among including alongside"
	// nameFillers may stand between a preposition and a name.
	nameFillers wordList = "the a an its their us british chinese russian american tech giant western"
	// articles are left out of a name.
	articles wordList = "a an the"
	// pronouns stand for who spoke before.
	pronouns wordList = "it he she they"
	// ownVoice are the publisher's own voice.
	ownVoice wordList = "we i"
	// dummyVerbs follow an "it" that may mean nobody.
	dummyVerbs wordList = "is was will would has can may ’"
	// dummyTails show that it means nobody: "it is clear".
	dummyTails wordList = "the a an important clear good likely unclear not s"
	// stateWords after a state's noun are still the state: "China authorities".
	stateWords wordList = "government authorities leaders ministry officials administration"
	// regimeWords after a state's adjective make it a noun: "Chinese government".
	regimeWords wordList = "government authorities state regime leadership"
	// beforeOffice may stand before an office.
	beforeOffice wordList = "former senior the"
	// officeNouns end an office that the table does not know: "operations director".
	officeNouns wordList = "director chief head commander chairman"
	// appositionStarts begin what is said of a person after a comma.
	appositionStarts wordList = "a an the who director head chief senior vice former professor"
	// courtesyTitles stand before a last name.
	courtesyTitles wordList = "mr ms mrs dr"
	// noNames begin with a capital and are no part of a name.
	noNames wordList = "the a an in on at for but and however today monday tuesday"
	// institutionNouns end the name of something that is no person.
	institutionNouns wordList = "exchange server department ministry company technology state security court district university"
	// officialFillers may stand before "official".
	officialFillers wordList = "a an the senior top another one second two three several high-ranking unnamed administration security intelligence biden trump obama"
	// officialNouns are officials without a name.
	officialNouns wordList = "official officials"
	// allyFillers may stand before "allies".
	allyFillers wordList = "its their several other western international five a group coalition of many"
	// allyNouns make a state and them a coalition.
	allyNouns wordList = "allies partners allied"
	// listFillers may stand before the nouns that end a list of states.
	listFillers wordList = "other its their"
	// listNouns end a list of states.
	listNouns wordList = "allies partners countries states"
	// listedAfter make a list of states no subject of its own.
	listedAfter wordList = "in including between with accused"
	// listedWith make it one again: "together with:".
	listedWith wordList = ": with"
	// westernNouns make "Western" a coalition.
	westernNouns wordList = "countries governments allies powers nations officials"
	// noVictims begin with a capital and are no victim.
	noVictims wordList = "the a an i monday tuesday wednesday thursday friday saturday sunday covid-19 internet western asian"
	// harmLinks stand between an attack and its victim.
	harmLinks wordList = "against on of targeting into that which"
)

// States and bodies.
const (
	// accusedStates are those that statements accuse most; their officials speak as the accused.
	accusedStates wordList = "CN RU IR KP"
	// accusedFirst are taken as the target before any other state.
	accusedFirst wordList = "CN RU IR KP BY"
	// seldomAccused are never taken as the target because a clause names them.
	seldomAccused wordList = "US GB CA AU NZ JP EU NATO UN G7"
	// bodies are international organisations, not states.
	bodies wordList = "EU NATO UN G7"
)

// Units of victims.
const (
	// computerNouns are counted as computers.
	computerNouns wordList = "computers devices machines networks systems routers"
	// personNouns are counted as persons.
	personNouns wordList = "people individuals users customers persons victims"
	// recordNouns are counted as data.
	recordNouns wordList = "records emails"
)

// Marks of a text.
const (
	// openingMarks open a quotation.
	openingMarks wordList = "“ \""
	// sentenceStarts begin a sentence after an abbreviation rather than follow it.
	sentenceStarts wordList = "But The In At This It He She However And On A An They These That Its While Although"
	// skippedElements hold no running text of a page.
	skippedElements wordList = "script style nav header footer aside form noscript svg button select figure figcaption template iframe head"
	// blockElements end a paragraph of a page.
	blockElements wordList = "p div h1 h2 h3 h4 h5 h6 li ul ol table tr section article main blockquote br hr body"
)
