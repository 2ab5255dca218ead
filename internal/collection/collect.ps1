# @@title@@
# @@reads-only@@
# powershell -ExecutionPolicy Bypass -File collect.ps1 [-Target E:\] [-Since 2021-01-01] [-Yes] [-Shadow]
# Runs with PowerShell 2, as Windows Server 2008 R2 has it.
param([string]$Target = '', [string]$Since = '@@since@@', [switch]$Yes, [switch]$Shadow)

$word = "@@word@@"
$since = $Since.Replace('-', '')
$windows = $env:SystemRoot
$system = $windows + '\System32'
$me = $MyInvocation.MyCommand.Path
if ($env:PROCESSOR_ARCHITEW6432 -and $me) {
    # A 32-bit shell sees other folders and another registry than the server.
    $again = @('-ExecutionPolicy', 'Bypass', '-File', $me, '-Since', $since)
    if ($Target) { $again += '-Target', $Target }
    if ($Yes) { $again += '-Yes' }
    if ($Shadow) { $again += '-Shadow' }
    if (-not $since) { $again = @($again | Where-Object { $_ -ne '-Since' -and $_ -ne '' }) }
    & ($windows + '\Sysnative\WindowsPowerShell\v1.0\powershell.exe') $again
    exit $LASTEXITCODE
}
$hostName = $env:COMPUTERNAME
$robocopy = $system + '\robocopy.exe'
$wevtutil = $system + '\wevtutil.exe'

Write-Host "@@title@@"
Write-Host "@@reads-only@@"
Write-Host "@@usage name=collect.ps1 since=[-Since_2021-01-01] yes=[-Yes] shadow=[-Shadow]@@"
Write-Host ''
if (-not (Test-Path -LiteralPath $robocopy)) { Write-Host "@@too-old@@"; exit 1 }
$principal = New-Object Security.Principal.WindowsPrincipal ([Security.Principal.WindowsIdentity]::GetCurrent())
if (-not $principal.IsInRole([Security.Principal.WindowsBuiltInRole]::Administrator)) { Write-Host "@@need-administrator@@"; exit 1 }

# Where Exchange lies, and which it is.
$exchange = ''
$version = ''
foreach ($key in 'ExchangeServer\v15', 'ExchangeServer\v14', 'Exchange') {
    $setup = $null
    if (-not $exchange) { $setup = Get-ItemProperty -Path ('HKLM:\SOFTWARE\Microsoft\' + $key + '\Setup') -ErrorAction SilentlyContinue }
    if ($setup -and $setup.MsiInstallPath) {
        $exchange = $setup.MsiInstallPath.TrimEnd('\')
        $version = '{0}.{1}.{2}.{3}' -f [int]$setup.MsiProductMajor, [int]$setup.MsiProductMinor, [int]$setup.MsiBuildMajor, [int]$setup.MsiBuildMinor
        Write-Host "@@exchange version=$version folder=$exchange@@"
        if ([int]$setup.MsiProductMajor -lt 15) { Write-Host "@@old-exchange@@" }
    }
}
if (-not $exchange) { Write-Host "@@no-exchange@@" }

# Where IIS logs, and what it serves.
$logs = @($env:SystemDrive + '\inetpub\logs\LogFiles')
$served = @()
$remote = @()
$settings = $system + '\inetsrv\config\applicationHost.config'
function Get-Attributes($document, $xpath) {
    foreach ($node in $document.SelectNodes($xpath)) { [Environment]::ExpandEnvironmentVariables($node.Value).TrimEnd('\') }
}
try {
    $document = New-Object Xml.XmlDocument
    $document.XmlResolver = $null
    $document.Load($settings)
    $logs += @(Get-Attributes $document "//*[local-name()='logFile' or local-name()='centralW3CLogFile']/@directory")
    $served += @(Get-Attributes $document "//*[local-name()='virtualDirectory']/@physicalPath")
} catch {
    Write-Host "@@no-iis file=$settings@@"
}
$logs = @($logs | Where-Object { $_ } | Sort-Object -Unique)
$served = @($served | Where-Object { $_ } | Sort-Object -Unique)
$places = @{ 'exchange' = @($exchange | Where-Object { $_ }); 'windows' = @($windows); 'drive' = @($env:SystemDrive); 'iis-logs' = $logs; 'served' = $served }

# Where to write: by default beside the script, which lies on a stick or a share.
$evidence = @(@($env:SystemDrive, $exchange) + $logs + $served | Where-Object { $_ -and $_.Length -gt 1 } | ForEach-Object { $_.Substring(0, 2).ToUpper() } | Sort-Object -Unique)
$given = $Target
if (-not $Target -and $me) { $Target = Split-Path -Parent $me }
if (-not $Target) { $Target = (Get-Location).ProviderPath }
while ($true) {
    $Target = [IO.Path]::GetFullPath($Target).TrimEnd('\')
    if ($Target.StartsWith('\\') -or $evidence -notcontains $Target.Substring(0, 2).ToUpper()) { break }
    Write-Host ''
    Write-Host "@@same-drive folder=$Target@@"
    if ($given) {
        if ($Yes) { break }
        Write-Host "@@ask-same word=$word@@"
        if ((Read-Host '>') -eq $word) { break }
        Write-Host "@@stopped@@"
        exit 2
    }
    if ($Yes) { exit 2 }
    Write-Host "@@drives@@"
    foreach ($drive in [IO.DriveInfo]::GetDrives()) {
        if ($drive.IsReady -and $evidence -notcontains $drive.Name.Substring(0, 2).ToUpper()) {
            Write-Host ('  {0}  {1:N0} MB' -f $drive.Name, ($drive.AvailableFreeSpace / 1mb))
        }
    }
    Write-Host "@@ask-folder@@"
    $Target = Read-Host '>'
    $given = $Target
    if (-not $Target) { Write-Host "@@stopped@@"; exit 2 }
}
$out = $Target + '\spoor-' + $hostName
for ($try = 2; Test-Path -LiteralPath $out; $try++) { $out = $Target + '\spoor-' + $hostName + '-' + $try }
$work = $out + '\collection'
$record = $out + '\spoor_collection.txt'
try {
    [void][IO.Directory]::CreateDirectory($work)
    $lines = @('spoor collection 1', "Machine name: $hostName", ('Windows: ' + [Environment]::OSVersion.VersionString), ('Time zone: ' + [TimeZone]::CurrentTimeZone.StandardName),
        "Exchange: $version", "Exchange folder: $exchange", "Since: $since", ('Begun: ' + [DateTime]::UtcNow.ToString('s') + 'Z'))
    [IO.File]::WriteAllLines($record, $lines)
} catch {
    Write-Host "@@not-writable folder=$out@@"
    exit 4
}

# The plan: every source with the folders that are there.
$plan = @()
$absent = @()
function Get-Copy($path) { $out + '\' + $path.Substring(0, 1) + $path.Substring(2) }
function Plan($what, $from, $paths, $names, $dated, $max) {
    $folders = @()
    foreach ($place in $places[$from]) {
        foreach ($path in $paths) {
            $folder = ($place + '\' + $path).TrimEnd('\')
            if ($folder.StartsWith('\\')) { if ($script:remote -notcontains $folder) { $script:remote += $folder }; continue }
            if ($folder.Length -eq 2) { $folder += '\.' }
            if ([IO.Directory]::Exists($folder)) { $folders += $folder } else { $script:absent += $folder }
        }
    }
    $options = @()
    if ($dated -and $since) { $options += "/MAXAGE:$since" }
    if ($max) { $options += "/MAX:$max" }
    $script:plan += @{ What = $what; Folders = $folders; Names = $names; Options = $options; Logs = @() }
}
function Plan-EventLogs($what, $names) {
    $there = @()
    foreach ($name in $names) {
        & $wevtutil gl $name 2>&1 | Out-Null
        if ($LASTEXITCODE -eq 0) { $there += $name }
    }
    $script:plan += @{ What = $what; Folders = @(); Names = @(); Options = @(); Logs = $there }
}
function Get-LogFile($name) { $system + '\winevt\Logs\' + $name.Replace('/', '%4') + '.evtx' }
function Invoke-Robocopy($step, $folder, $more) {
    & $robocopy $folder (Get-Copy $folder) $step.Names '/S' '/B' '/XJ' '/XX' '/NDL' '/NJH' '/NJS' '/NP' $step.Options $more 2>&1
}
@@sources@@

# Sizes first.
Write-Host ''
Write-Host "@@measuring@@"
Write-Host "     MB @@files@@"
$all = [int64]0
foreach ($step in $plan) {
    $bytes = [int64]0
    $count = 0
    foreach ($name in $step.Logs) {
        $count++
        try { $bytes += (New-Object IO.FileInfo (Get-LogFile $name)).Length } catch { $bytes += 0 }
    }
    foreach ($folder in $step.Folders) {
        foreach ($line in (Invoke-Robocopy $step $folder @('/L', '/R:0', '/W:0', '/NC', '/BYTES'))) {
            if ("$line" -match '^\s*(\d+)\s+\S') { $bytes += [int64]$matches[1]; $count++ }
        }
    }
    $all += $bytes
    if (($step.Folders.Count + $step.Logs.Count) -eq 0) {
        Write-Host ('      -        -  ' + $step.What + ": @@absent@@")
    } else {
        Write-Host ('{0,7:F0} {1,8}  {2}' -f ($bytes / 1mb), $count, $step.What)
    }
}
$free = [int64]-1
try { $free = (New-Object IO.DriveInfo ($Target.Substring(0, 1))).AvailableFreeSpace } catch { $free = -1 }
if ($Target.StartsWith('\\')) { $free = -1 }
$freeText = "@@free-unknown@@"
if ($free -ge 0) { $freeText = '{0:F0}' -f ($free / 1mb) }
$allText = '{0:F0}' -f [Math]::Ceiling($all / 1mb)
Write-Host ''
Write-Host "@@total size=$allText folder=$out free=$freeText@@"
if ($since) { Write-Host "@@since since=$since@@" } else { Write-Host "@@everything@@" }
if ($free -ge 0 -and $free -lt ($all + $all / 20 + 10mb)) {
    Write-Host "@@no-space@@"
    [IO.Directory]::Delete($out, $true)
    exit 4
}
if (-not $Yes) {
    Write-Host "@@ask word=$word@@"
    if ((Read-Host '>') -ne $word) {
        [IO.Directory]::Delete($out, $true)
        Write-Host "@@stopped@@"
        exit 2
    }
}

# Copy. What robocopy would copy again is missing, or has grown meanwhile.
$missing = @()
$grew = @()
foreach ($path in $remote) { $missing += "@@remote path=$path@@" }
foreach ($step in $plan) {
    if (($step.Folders.Count + $step.Logs.Count) -eq 0) { continue }
    $what = $step.What
    Write-Host "@@copying what=$what@@"
    foreach ($name in $step.Logs) {
        $copy = Get-Copy (Get-LogFile $name)
        [void][IO.Directory]::CreateDirectory((Split-Path -Parent $copy))
        & $wevtutil epl $name $copy '/ow:true' 2>&1 | Out-Null
        if ($LASTEXITCODE -ne 0) { $missing += "@@log-failed name=$name@@" }
    }
    foreach ($folder in $step.Folders) {
        Invoke-Robocopy $step $folder @('/COPY:DAT', '/R:1', '/W:1', '/FP', '/BYTES', "/UNILOG+:$work\robocopy.log") | Out-Null
        foreach ($line in (Invoke-Robocopy $step $folder @('/L', '/R:0', '/W:0', '/NC', '/NS', '/FP'))) {
            $path = "$line".Trim()
            if (-not $path) { continue }
            if ($path -notmatch '^[A-Za-z]:\\') { $missing += $path; continue }
            $copy = Get-Copy $path
            if (Test-Path -LiteralPath $copy) { $grew += ($path + ": @@grew@@"); continue }
            if ($Shadow) { & ($system + '\esentutl.exe') '/y' $path '/vss' '/d' $copy 2>&1 | Out-Null }
            if (-not (Test-Path -LiteralPath $copy)) { $missing += $path }
        }
    }
}

# The list of what was copied: SHA-256, bytes, last write, path.
Write-Host "@@hashing@@"
function Get-Sum($path) {
    try {
        $algorithm = $null
        try { $algorithm = New-Object Security.Cryptography.SHA256CryptoServiceProvider } catch { $algorithm = New-Object Security.Cryptography.SHA256Managed }
        $stream = New-Object IO.FileStream ($path, [IO.FileMode]::Open, [IO.FileAccess]::Read, [IO.FileShare]::ReadWrite)
        try { return [BitConverter]::ToString($algorithm.ComputeHash($stream)).Replace('-', '').ToLower() } finally { $stream.Close() }
    } catch {
        foreach ($line in (& ($system + '\certutil.exe') '-hashfile' $path 'SHA256' 2>&1)) {
            $sum = "$line".Replace(' ', '').ToLower()
            if ($sum -match '^[0-9a-f]{64}$') { return $sum }
        }
        return '-'
    }
}
try { Add-Type -AssemblyName System.Core } catch { $null = $_ }
$list = New-Object IO.StreamWriter (($out + '\files.txt'), $false)
$waiting = New-Object Collections.Stack
foreach ($drive in [IO.Directory]::GetDirectories($out)) { if ($drive.Length -eq $out.Length + 2) { $waiting.Push($drive) } }
while ($waiting.Count -gt 0) {
    $folder = $waiting.Pop()
    try {
        foreach ($inner in [IO.Directory]::GetDirectories($folder)) { $waiting.Push($inner) }
        foreach ($path in [IO.Directory]::GetFiles($folder)) {
            $info = New-Object IO.FileInfo $path
            $list.WriteLine("{0}`t{1}`t{2}Z`t{3}", (Get-Sum $path), $info.Length, $info.LastWriteTimeUtc.ToString('s'), $path.Substring($out.Length + 1))
        }
    } catch {
        $list.WriteLine("-`t-`t-`t{0}", $folder.Substring($out.Length + 1))
    }
}
$list.Close()
[IO.File]::AppendAllText($record, "Ended: " + [DateTime]::UtcNow.ToString('s') + "Z`r`nNot copied: " + $missing.Count + "`r`n")
if ($absent.Count) { [IO.File]::WriteAllLines($work + '\absent.txt', [string[]]$absent) }
if ($grew.Count) { [IO.File]::WriteAllLines($work + '\grew.txt', [string[]]$grew) }
Write-Host ''
if ($missing.Count) {
    $count = $missing.Count
    $file = $work + '\not-copied.txt'
    [IO.File]::WriteAllLines($file, [string[]]$missing)
    Write-Host "@@missing n=$count file=$file@@"
    if (-not $Shadow) { Write-Host "@@shadow-hint shadow=-Shadow@@" }
}
Write-Host "@@done folder=$out@@"
Write-Host "@@next folder=$out@@"
Write-Host "@@secret@@"
if ($missing.Count) { exit 3 }
exit 0
