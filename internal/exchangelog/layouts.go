package exchangelog

import (
	"strings"
	"sync"
)

// known is a layout that exists in the field and may be inferred.
type known struct {
	format, channel string
	columns         string
	anchors         string // name=form, separated by blanks
	rest            bool   // the last column is the rest of the line
}

const proxyHead = "DateTime RequestId MajorVersion MinorVersion BuildVersion RevisionVersion ClientRequestId Protocol UrlHost UrlStem ProtocolAction AuthenticationType IsAuthenticated AuthenticatedUser Organization AnchorMailbox UserAgent ClientIpAddress ServerHostName HttpStatus BackEndStatus ErrorCode Method ProxyAction TargetServer TargetServerVersion RoutingType RoutingHint BackEndCookie ServerLocatorHost ServerLocatorLatency RequestBytes ResponseBytes TargetOutstandingRequests AuthModulePerfContext HttpPipelineLatency CalculateTargetBackEndLatency GlsLatencyBreakup TotalGlsLatency AccountForestLatencyBreakup TotalAccountForestLatency ResourceForestLatencyBreakup TotalResourceForestLatency ADLatency "

const proxyStreams = "ActivityContextLifeTime ModuleToHandlerSwitchingLatency ClientReqStreamLatency BackendReqInitLatency BackendReqStreamLatency BackendProcessingLatency BackendRespInitLatency BackendRespStreamLatency ClientRespStreamLatency "

const proxyTotals = "RequestHandlerLatency HandlerToModuleSwitchingLatency ProxyTime CoreLatency RoutingLatency HttpProxyOverhead TotalRequestTime "

const (
	proxy64 = proxyHead + proxyStreams + proxyTotals + "UrlQuery BackEndGenericInfo GenericInfo GenericErrors"
	proxy68 = proxyHead + "SharedCacheLatencyBreakup TotalSharedCacheLatency " + proxyStreams + "KerberosAuthHeaderLatency HandlerCompletionLatency " + proxyTotals + "RouteRefresherLatency UrlQuery BackEndGenericInfo GenericInfo"
	proxy69 = proxy68 + " GenericErrors"
	proxy70 = proxy69 + " EdgeTraceId"
	proxy74 = proxy70 + " DatabaseGuid UserADObjectGuid PartitionEndpointLookupLatency RoutingStatus"

	proxyAnchors = "DateTime=time RequestId=guid MajorVersion=number MinorVersion=number BuildVersion=number RevisionVersion=number Protocol=word IsAuthenticated=flag HttpStatus=status UrlStem=path"
)

const rpsHttp38 = "DateTime StartTime RequestId MajorVersion MinorVersion BuildVersion RevisionVersion ClientRequestId UrlHost UrlStem AuthenticationType IsAuthenticated AuthenticatedUser Organization ManagedOrganization ClientIpAddress ServerHostName FrontEndServer HttpStatus SubStatus ErrorCode Action CommandId CommandName SessionId ShellId FailFast ContributeToFailFast RequestBytes ClientInfo CPU Memory ActivityContextLifeTime TotalTime UrlQuery GenericLatency GenericInfo GenericErrors"

const rpsCmdlet67 = "DateTime StartTime RequestId ClientRequestId MajorVersion MinorVersion BuildVersion RevisionVersion ServerHostName ProcessId ProcessName ThreadId CultureInfo Organization AuthenticatedUser ExecutingUserSid EffectiveOrganization UserServicePlan IsAdmin ClientApplication Cmdlet Parameters CmdletUniqueId UserBudgetOnStart ContributeToFailFast RunspaceSettingsCreationHint ADViewEntireForest ADRecipientViewRoot ADConfigurationDomainControllers ADPreferredGlobalCatalogs ADPreferredDomainControllers ADUserConfigurationDomainController ADUserPreferredGlobalCatalog ADuserPreferredDomainControllers ThrottlingInfo DelayInfo ThrottlingDelay IsOutputObjectRedacted CmdletProxyStage CmdletProxyRemoteServer CmdletProxyRemoteServerVersion CmdletProxyMethod ProxiedObjectCount CmdletProxyLatency OutputObjectCount ParameterBinding BeginProcessing ProcessRecord EndProcessing StopProcessing BizLogic PowerShellLatency UserInteractionLatency ProvisioningLayerLatency ActivityContextLifeTime TotalTime ErrorType ExecutionResult CacheHitCount CacheMissCount GenericLatency GenericInfo GenericErrors ObjectGuid ExternalDirectoryOrganizationId ExternalDirectoryObjectId NonPiiParameters"

const msgTrk30 = "date-time client-ip client-hostname server-ip server-hostname source-context connector-id source event-id internal-message-id message-id network-message-id recipient-address recipient-status total-bytes recipient-count related-recipient-address reference message-subject sender-address return-path message-info directionality tenant-id original-client-ip original-server-ip custom-data transport-traffic-type log-id schema-version"

const agentLog20 = "Timestamp SessionId LocalEndpoint RemoteEndpoint EnteredOrgFromIP MessageId P1FromAddress P2FromAddresses Recipient NumRecipients Agent Event Action SmtpResponse Reason ReasonData Diagnostics NetworkMsgID TenantID Directionality"

// knownLayouts: HttpProxy has 64 columns at build 15.0.847, 68 to 70 at
// 15.0.1395 and 74 at 15.1 and 15.2; the others are as 15.1 writes them. The
// two-column ECP form is what is left when an excerpt keeps time and data.
func knownLayouts() []known {
	return []known{
		{format: HttpProxy, channel: "HttpProxy Logs", columns: proxy64, anchors: proxyAnchors},
		{format: HttpProxy, channel: "HttpProxy Logs", columns: proxy68, anchors: proxyAnchors},
		{format: HttpProxy, channel: "HttpProxy Logs", columns: proxy69, anchors: proxyAnchors},
		{format: HttpProxy, channel: "HttpProxy Logs", columns: proxy70, anchors: proxyAnchors},
		{format: HttpProxy, channel: "HttpProxy Logs", columns: proxy74, anchors: proxyAnchors},
		{format: RpsHttp, channel: "Rps Http Logs", columns: rpsHttp38,
			anchors: "DateTime=time StartTime=time RequestId=guid MajorVersion=number MinorVersion=number BuildVersion=number RevisionVersion=number UrlStem=path IsAuthenticated=flag HttpStatus=status"},
		{format: RpsCmdlet, channel: "Rps Cmdlet Logs", columns: rpsCmdlet67,
			anchors: "DateTime=time StartTime=time RequestId=guid MajorVersion=number MinorVersion=number BuildVersion=number RevisionVersion=number IsAdmin=flag"},
		{format: MsgTrk, channel: "Message Tracking Log", columns: msgTrk30,
			anchors: "date-time=time source=word event-id=word schema-version=version"},
		{format: AgentLog, channel: "Agent Log", columns: agentLog20, anchors: "Timestamp=time NumRecipients=number Agent=text Event=word"},
		{format: EcpServer, channel: "ECP Server Log", columns: "TimeStamp ServerName EventId EventData", anchors: "TimeStamp=time ServerName=text EventId=ecp EventData=items"},
		{format: EcpActivity, channel: "ECP Activity Context Log", columns: "TimeStamp ServerName EventId EventData", anchors: "TimeStamp=time ServerName=text EventId=word EventData=items"},
		{format: EcpServer, channel: "ECP Server Log", columns: "TimeStamp EventData", anchors: "TimeStamp=time EventData=items", rest: true},
	}
}

// candidate is a known layout ready to be tried.
type candidate struct {
	layout  *layout
	anchors []anchor
}

// candidates are made once: every decoder and every look at a file's head
// shares them, and they are never written.
var candidates = sync.OnceValue(newCandidates)

func newCandidates() []candidate {
	var out []candidate
	for _, k := range knownLayouts() {
		names := strings.Fields(k.columns)
		c := candidate{layout: newLayout(k.format, k.channel, names, true), anchors: make([]anchor, len(names))}
		c.layout.rest = k.rest
		for _, part := range strings.Fields(k.anchors) {
			name, form, _ := strings.Cut(part, "=")
			for i, n := range names {
				if n == name {
					c.anchors[i] = anchorByName(form)
				}
			}
		}
		out = append(out, c)
	}
	return out
}
