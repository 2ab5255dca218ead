package finding

// Chains and steps that code names. What they are stands in the chains of
// internal/storyline, where a test holds every name to exist.
const (
	ChainAfter       = "after"
	ChainWebShell    = "webshell"
	ChainProxyLogon  = "proxylogon"
	ChainProxyShell  = "proxyshell"
	ChainProxyToken  = "proxytoken"
	ChainToolShell   = "toolshell"
	ChainCVE20200688 = "cve-2020-0688"
)

// Steps of the chain that tells of server pages.
const (
	StepShellFile          = "shell-file"
	StepPageCompiled       = "page-compiled"
	StepPageDeaf           = "page-deaf"
	StepPageRefused        = "page-refused"
	StepPageAnswered       = "page-answered"
	StepPageUsed           = "page-used"
	StepPageReturnedTo     = "page-returned-to"
	StepPageWrittenByShare = "page-written-by-share"
	StepPageCreated        = "page-created"
	StepAnswersEverything  = "answers-everything"
)

// Steps of other chains.
const (
	StepCommand          = "command"
	StepRansomNote       = "ransom-note"
	StepRecoveryRemoved  = "recovery-removed"
	StepFilesEncrypted   = "files-encrypted"
	StepLogCleared       = "log-cleared"
	StepCredentialDump   = "credential-dump"
	StepAccount          = "account"
	StepMailRead         = "mail-read"
	StepMailboxExport    = "mailbox-export"
	StepExportRight      = "export-right"
	StepImpersonatedRead = "impersonated-read"
	StepMailboxRight     = "mailbox-right"
	StepMailForwarded    = "mail-forwarded"
	StepPersistence      = "persistence"
	StepScheduledTask    = "scheduled-task"
	StepWayBack          = "way-back"
	StepTransportAgent   = "transport-agent"
	StepWebModule        = "web-module"
	StepVirtualDirectory = "virtual-directory"
	StepArchive          = "archive"
	StepScriptSet        = "script-set"
	StepServiceWrote     = "service-wrote"
	StepBypassRequest    = "bypass-request"
)
