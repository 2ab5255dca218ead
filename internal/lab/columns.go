package lab

import "strings"

// Column names as builds 15.0 to 15.2 write them into "#Fields:".
const (
	proxyHead = "DateTime RequestId MajorVersion MinorVersion BuildVersion RevisionVersion ClientRequestId Protocol UrlHost UrlStem " +
		"ProtocolAction AuthenticationType IsAuthenticated AuthenticatedUser Organization AnchorMailbox UserAgent ClientIpAddress ServerHostName " +
		"HttpStatus BackEndStatus ErrorCode Method ProxyAction TargetServer TargetServerVersion RoutingType RoutingHint BackEndCookie " +
		"ServerLocatorHost ServerLocatorLatency RequestBytes ResponseBytes TargetOutstandingRequests AuthModulePerfContext HttpPipelineLatency " +
		"CalculateTargetBackEndLatency GlsLatencyBreakup TotalGlsLatency AccountForestLatencyBreakup TotalAccountForestLatency " +
		"ResourceForestLatencyBreakup TotalResourceForestLatency ADLatency"
	proxyCache   = " SharedCacheLatencyBreakup TotalSharedCacheLatency"
	proxyStreams = " ActivityContextLifeTime ModuleToHandlerSwitchingLatency ClientReqStreamLatency BackendReqInitLatency BackendReqStreamLatency " +
		"BackendProcessingLatency BackendRespInitLatency BackendRespStreamLatency ClientRespStreamLatency"
	proxyKerberos = " KerberosAuthHeaderLatency HandlerCompletionLatency"
	proxyTotals   = " RequestHandlerLatency HandlerToModuleSwitchingLatency ProxyTime CoreLatency RoutingLatency HttpProxyOverhead TotalRequestTime"
	proxyTail     = " UrlQuery BackEndGenericInfo GenericInfo"

	rpsHttpColumns = "DateTime StartTime RequestId MajorVersion MinorVersion BuildVersion RevisionVersion ClientRequestId UrlHost UrlStem " +
		"AuthenticationType IsAuthenticated AuthenticatedUser Organization ManagedOrganization ClientIpAddress ServerHostName FrontEndServer " +
		"HttpStatus SubStatus ErrorCode Action CommandId CommandName SessionId ShellId FailFast ContributeToFailFast RequestBytes ClientInfo CPU " +
		"Memory ActivityContextLifeTime TotalTime UrlQuery GenericLatency GenericInfo GenericErrors"
	rpsCmdletColumns = "DateTime StartTime RequestId ClientRequestId MajorVersion MinorVersion BuildVersion RevisionVersion ServerHostName " +
		"ProcessId ProcessName ThreadId CultureInfo Organization AuthenticatedUser ExecutingUserSid EffectiveOrganization UserServicePlan IsAdmin " +
		"ClientApplication Cmdlet Parameters CmdletUniqueId UserBudgetOnStart ContributeToFailFast RunspaceSettingsCreationHint ADViewEntireForest " +
		"ADRecipientViewRoot ADConfigurationDomainControllers ADPreferredGlobalCatalogs ADPreferredDomainControllers " +
		"ADUserConfigurationDomainController ADUserPreferredGlobalCatalog ADuserPreferredDomainControllers ThrottlingInfo DelayInfo " +
		"ThrottlingDelay IsOutputObjectRedacted CmdletProxyStage CmdletProxyRemoteServer CmdletProxyRemoteServerVersion CmdletProxyMethod " +
		"ProxiedObjectCount CmdletProxyLatency OutputObjectCount ParameterBinding BeginProcessing ProcessRecord EndProcessing StopProcessing " +
		"BizLogic PowerShellLatency UserInteractionLatency ProvisioningLayerLatency ActivityContextLifeTime TotalTime ErrorType ExecutionResult " +
		"CacheHitCount CacheMissCount GenericLatency GenericInfo GenericErrors ObjectGuid ExternalDirectoryOrganizationId " +
		"ExternalDirectoryObjectId NonPiiParameters"
	trackingColumns = "date-time client-ip client-hostname server-ip server-hostname source-context connector-id source event-id " +
		"internal-message-id message-id network-message-id recipient-address recipient-status total-bytes recipient-count " +
		"related-recipient-address reference message-subject sender-address return-path message-info directionality tenant-id " +
		"original-client-ip original-server-ip custom-data transport-traffic-type log-id schema-version"
)

// HttpProxyColumns are the columns of a build: 64 (15.0.847), 68 (15.0.1395)
// or 74 (15.1 and 15.2).
func HttpProxyColumns(n int) []string {
	s := proxyHead
	switch n {
	case 64:
		s += proxyStreams + proxyTotals + proxyTail + " GenericErrors"
	case 68:
		s += proxyCache + proxyStreams + proxyKerberos + proxyTotals + " RouteRefresherLatency" + proxyTail
	case 74:
		s += proxyCache + proxyStreams + proxyKerberos + proxyTotals + " RouteRefresherLatency" + proxyTail +
			" GenericErrors EdgeTraceId DatabaseGuid UserADObjectGuid PartitionEndpointLookupLatency RoutingStatus"
	default:
		panic("no such number of HttpProxy columns")
	}
	return strings.Fields(s)
}
