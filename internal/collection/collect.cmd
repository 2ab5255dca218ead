@echo off
rem @@title@@
rem @@reads-only@@
rem @@usage name=collect.cmd since=[/since_2021-01-01] yes=[/y] shadow=[/shadow]@@
setlocal DisableDelayedExpansion
if not defined PROCESSOR_ARCHITEW6432 goto native
"%SystemRoot%\Sysnative\cmd.exe" /d /c ""%~f0" %*"
exit /b

:native
set "SYS=%SystemRoot%\System32"
set "WORD=@@word@@"
set "SINCE=@@since@@"
set "YES="
set "SHADOW="
set "TARGET="
:arguments
if "%~1"=="" goto start
if /i "%~1"=="/y" goto isyes
if /i "%~1"=="/shadow" goto isshadow
if /i "%~1"=="/since" goto issince
set "TARGET=%~1"
shift
goto arguments
:isyes
set "YES=1"
shift
goto arguments
:isshadow
set "SHADOW=1"
shift
goto arguments
:issince
set "SINCE=%~2"
shift
shift
goto arguments

:start
if defined SINCE set "SINCE=%SINCE:-=%"
echo @@title@@
echo @@reads-only@@
echo @@usage name=%~nx0 since=[/since_2021-01-01] yes=[/y] shadow=[/shadow]@@
echo(
if not exist "%SYS%\robocopy.exe" (
  echo @@too-old@@
  exit /b 1
)
"%SYS%\fltmc.exe" >nul 2>&1
if errorlevel 1 (
  echo @@need-administrator@@
  exit /b 1
)

rem Where Exchange lies, and which it is.
set "EX="
set "KEY="
for %%K in (ExchangeServer\v15 ExchangeServer\v14 Exchange) do if not defined EX for /f "tokens=2,*" %%A in ('%SYS%\reg.exe query "HKLM\SOFTWARE\Microsoft\%%K\Setup" /v MsiInstallPath 2^>nul') do if /i "%%A"=="REG_SZ" set "EX=%%B"& set "KEY=HKLM\SOFTWARE\Microsoft\%%K\Setup"
set "VERSION="
if not defined EX goto noexchange
if not "%EX:~-1%"=="\" set "EX=%EX%\"
set /a MsiProductMajor=0, MsiProductMinor=0, MsiBuildMajor=0, MsiBuildMinor=0
for %%V in (MsiProductMajor MsiProductMinor MsiBuildMajor MsiBuildMinor) do for /f "tokens=2,3" %%A in ('%SYS%\reg.exe query "%KEY%" /v %%V 2^>nul') do if /i "%%A"=="REG_DWORD" set /a %%V=%%B
set "VERSION=%MsiProductMajor%.%MsiProductMinor%.%MsiBuildMajor%.%MsiBuildMinor%"
setlocal EnableDelayedExpansion
echo @@exchange version=!VERSION! folder=!EX!@@
endlocal
if %MsiProductMajor% LSS 15 echo @@old-exchange@@
goto iis
:noexchange
echo @@no-exchange@@

rem Where IIS logs, and what it serves.
:iis
set "CONF=%SYS%\inetsrv\config\applicationHost.config"
set /a PLACES=0
set "PLACE.iis-logs.0=%SystemDrive%\inetpub\logs\LogFiles"
if not exist "%CONF%" (
  echo @@no-iis file=applicationHost.config@@
  goto target
)
set "LIST=iis-logs"& set "ATTRIBUTE=directory"
for /f "usebackq delims=" %%L in (`%SYS%\findstr.exe /i /l /c:"<logFile" /c:"<centralW3CLogFile" "%CONF%"`) do set "LINE=%%L"& call :place
set "LIST=served"& set "ATTRIBUTE=physicalPath"
for /f "usebackq delims=" %%L in (`%SYS%\findstr.exe /i /l /c:"<virtualDirectory" "%CONF%"`) do set "LINE=%%L"& call :place

rem Where to write: by default beside the script, which lies on a stick or a share.
:target
set "GIVEN=%TARGET%"
if not defined TARGET set "TARGET=%~dp0"
:again
for %%T in ("%TARGET%") do set "TARGET=%%~fT"
if "%TARGET:~-1%"=="\" set "TARGET=%TARGET:~0,-1%"
set "SAME="
set "P=%SystemDrive%"& call :samedrive
if defined EX set "P=%EX%"& call :samedrive
for /f "tokens=1* delims==" %%A in ('set PLACE.') do set "P=%%B"& call :samedrive
if not defined SAME goto good
setlocal EnableDelayedExpansion
echo(
echo @@same-drive folder=!TARGET!@@
endlocal
if defined GIVEN goto same
if defined YES exit /b 2
echo @@drives@@
for %%D in (C D E F G H I J K L M N O P Q R S T U V W X Y Z) do if /i not "%%D:"=="%SystemDrive%" if exist "%%D:\" echo   %%D:\
echo @@ask-folder@@
set "TARGET="
set /p "TARGET=> "
if not defined TARGET goto stop
set "TARGET=%TARGET:"=%"
set "GIVEN=1"
goto again
:same
if defined YES goto good
echo @@ask-same word=%WORD%@@
call :confirm
if errorlevel 1 goto stop
:good
set "FOLDER=spoor-%COMPUTERNAME%"& set /a TRY=1
:name
set "OUT=%TARGET%\%FOLDER%"
if not exist "%OUT%" goto named
set /a TRY+=1
set "FOLDER=spoor-%COMPUTERNAME%-%TRY%"
goto name
:named
set "WORK=%OUT%\collection"
mkdir "%WORK%" 2>nul
set "ZONE="
for /f "delims=" %%Z in ('%SYS%\tzutil.exe /g 2^>nul') do set "ZONE=%%Z"
set "WINDOWS="
for /f "delims=" %%V in ('ver') do set "WINDOWS=%%V"
setlocal EnableDelayedExpansion
set "RECORD=!OUT!\spoor_collection.txt"
>"!RECORD!" echo spoor collection 1
>>"!RECORD!" echo Machine name: !COMPUTERNAME!
>>"!RECORD!" echo Windows: !WINDOWS!
>>"!RECORD!" echo Time zone: !ZONE!
>>"!RECORD!" echo Exchange: !VERSION!
>>"!RECORD!" echo Exchange folder: !EX!
>>"!RECORD!" echo Since: !SINCE!
>>"!RECORD!" echo Begun: !DATE! !TIME!
if not exist "!RECORD!" (
  echo @@not-writable folder=!OUT!@@
  exit /b 4
)
endlocal

echo(
echo @@measuring@@
echo      MB @@files@@
set /a ALLKB=0
set "STEP=size"
call :everything
set "FREE="
for /f "usebackq tokens=3" %%A in (`dir /-c /a "%OUT%" 2^>nul`) do set "FREE=%%A"
for /f "delims=0123456789" %%X in ("%FREE%") do set "FREE="
set "FREEKB="
if defined FREE set "FREEKB=%FREE:~0,-3%"
if defined FREEKB if not "%FREEKB:~9%"=="" set "FREEKB=2000000000"
set "FREEMB=@@free-unknown@@"
if defined FREEKB set /a FREEMB=FREEKB/1000
set /a ALLMB=(ALLKB+999)/1000
setlocal EnableDelayedExpansion
echo(
echo @@total size=!ALLMB! folder=!OUT! free=!FREEMB!@@
if defined SINCE (
  echo @@since since=!SINCE!@@
) else (
  echo @@everything@@
)
endlocal
if not defined FREEKB goto ask
set /a NEED=ALLKB+ALLKB/20+10000
if %FREEKB% GTR %NEED% goto ask
echo @@no-space@@
rmdir /s /q "%OUT%"
exit /b 4
:ask
if defined YES goto copying
echo @@ask word=%WORD%@@
call :confirm
if not errorlevel 1 goto copying
rmdir /s /q "%OUT%"
:stop
echo @@stopped@@
exit /b 2

:copying
set "STEP=copy"
call :everything
echo @@hashing@@
for %%D in (A B C D E F G H I J K L M N O P Q R S T U V W X Y Z) do if exist "%OUT%\%%D\" for /f "delims=" %%F in ('dir /s /b /a-d "%OUT%\%%D"') do set "FILE=%%F"& call :hash
set /a MISSING=0
if exist "%WORK%\not-copied.txt" for /f "usebackq delims=" %%L in ("%WORK%\not-copied.txt") do set /a MISSING+=1
setlocal EnableDelayedExpansion
>>"!OUT!\spoor_collection.txt" echo Ended: !DATE! !TIME!
>>"!OUT!\spoor_collection.txt" echo Not copied: !MISSING!
del "!WORK!\list.tmp" "!WORK!\hash.tmp" 2>nul
echo(
if not "!MISSING!"=="0" (
  echo @@missing n=!MISSING! file=!WORK!\not-copied.txt@@
  if not defined SHADOW echo @@shadow-hint shadow=/shadow@@
)
echo @@done folder=!OUT!@@
echo @@next folder=!OUT!@@
echo @@secret@@
if not "!MISSING!"=="0" exit /b 3
exit /b 0

:everything
@@sources@@
exit /b

rem What a source begins and ends with.
:begin
set /a KB=0, N=0
set "FOUND="
if not "%STEP%"=="copy" exit /b
setlocal EnableDelayedExpansion
echo @@copying what=!WHAT!@@
exit /b
:end
if not "%STEP%"=="size" exit /b
set /a ALLKB+=KB
setlocal EnableDelayedExpansion
if not defined FOUND (
  echo       -        -  !WHAT!: @@absent@@
  exit /b
)
set /a MB=(KB+999)/1000
set "M=         !MB!"
set "C=         !N!"
echo(!M:~-7! !C:~-8!  !WHAT!
exit /b

rem One folder, SRC: measured or copied.
:take
if "%SRC:~0,2%"=="\\" goto remote
if "%SRC:~-1%"=="\" set "SRC=%SRC:~0,-1%"
if "%SRC:~2%"=="" set "SRC=%SRC%\."
if not exist "%SRC%\" goto absent
set "FOUND=1"
set "AGE="
if defined DATED if defined SINCE set "AGE=/MAXAGE:%SINCE%"
set "BIG="
if defined MAX set "BIG=/MAX:%MAX%"
setlocal EnableDelayedExpansion
set "DST=!OUT!\!SRC:~0,1!!SRC:~2!"
if "!STEP!"=="copy" goto take2
"!SYS!\robocopy.exe" "!SRC!" "!DST!" !NAMES! /L /S /B /XJ /XX /R:0 /W:0 /NC /NDL /NJH /NJS /NP /BYTES !AGE! !BIG! >"!WORK!\list.tmp"
for /f "usebackq tokens=1" %%S in ("!WORK!\list.tmp") do (
  set "BAD="
  for /f "delims=0123456789" %%X in ("%%S") do set "BAD=1"
  if not defined BAD (
    set "S=%%S"
    set "K=!S:~0,-3!"
    if not defined K set "K=0"
    set /a KB+=K+1, N+=1
  )
)
for /f "tokens=1,2" %%A in ("!KB! !N!") do endlocal& set "KB=%%A"& set "N=%%B"
exit /b
:take2
"!SYS!\robocopy.exe" "!SRC!" "!DST!" !NAMES! /S /B /COPY:DAT /XJ /XX /R:1 /W:1 /NP /NDL /NJH /NJS /FP /BYTES !AGE! !BIG! "/UNILOG+:!WORK!\robocopy.log" >nul
rem What robocopy would copy again is missing, or has grown meanwhile.
"!SYS!\robocopy.exe" "!SRC!" "!DST!" !NAMES! /L /S /B /XJ /XX /R:0 /W:0 /NC /NS /NDL /NJH /NJS /NP /FP !AGE! !BIG! >"!WORK!\list.tmp"
endlocal
for /f "usebackq tokens=*" %%F in ("%WORK%\list.tmp") do set "FILE=%%F"& call :left
exit /b
:absent
if "%STEP%"=="copy" exit /b
setlocal EnableDelayedExpansion
>>"!WORK!\absent.txt" echo(!SRC!
exit /b
:remote
if not "%STEP%"=="copy" exit /b
setlocal EnableDelayedExpansion
>>"!WORK!\not-copied.txt" echo(@@remote path=!SRC!@@
exit /b
:left
setlocal EnableDelayedExpansion
set "COPY=!OUT!\!FILE:~0,1!!FILE:~2!"
if not "!FILE:~1,2!"==":\" goto left2
if exist "!COPY!" (
  >>"!WORK!\grew.txt" echo(!FILE!: @@grew@@
  exit /b
)
if defined SHADOW "!SYS!\esentutl.exe" /y "!FILE!" /vss /d "!COPY!" >nul 2>&1
if exist "!COPY!" exit /b
:left2
>>"!WORK!\not-copied.txt" echo(!FILE!
exit /b

rem One event log, LOG: its file is always open, so it is exported.
:eventlog
setlocal EnableDelayedExpansion
"!SYS!\wevtutil.exe" gl "!LOG!" >nul 2>&1
if errorlevel 1 exit /b
set "NAME=!LOG:/=%%4!"
set "DIR=!OUT!\!SystemRoot:~0,1!!SystemRoot:~2!\System32\winevt\Logs"
if "!STEP!"=="copy" goto export
set "S="
for %%F in ("!SYS!\winevt\Logs\!NAME!.evtx") do set "S=%%~zF"
set "K=0"
if defined S set "K=!S:~0,-3!"
if not defined K set "K=0"
set /a KB+=K+1, N+=1
for /f "tokens=1,2" %%A in ("!KB! !N!") do endlocal& set "KB=%%A"& set "N=%%B"& set "FOUND=1"
exit /b
:export
if not exist "!DIR!\" mkdir "!DIR!"
"!SYS!\wevtutil.exe" epl "!LOG!" "!DIR!\!NAME!.evtx" /ow:true >>"!WORK!\wevtutil.log" 2>&1
if errorlevel 1 >>"!WORK!\not-copied.txt" echo(@@log-failed name=!LOG!@@
exit /b

rem One line of the file list: SHA-256, bytes, path.
:hash
setlocal EnableDelayedExpansion
set "SUM="
set "SIZE="
for %%F in ("!FILE!") do set "SIZE=%%~zF"
"!SYS!\certutil.exe" -hashfile "!FILE!" SHA256 >"!WORK!\hash.tmp" 2>nul
for /f "usebackq skip=1 delims=" %%H in ("!WORK!\hash.tmp") do if not defined SUM set "SUM=%%H"
if defined SUM set "SUM=!SUM: =!"
for /f "delims=0123456789abcdefABCDEF" %%X in ("!SUM!") do set "SUM="
if defined SUM if "!SUM:~63,1!"=="" set "SUM="
if defined SUM if not "!SUM:~0,64!"=="!SUM!" set "SUM="
if "!SIZE!"=="0" set "SUM=e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
if not defined SUM set "SUM=-"
>>"!OUT!\files.txt" echo(!SUM!	!SIZE!	!FILE:*\%FOLDER%\=!
exit /b

rem One folder that the settings of IIS name, out of LINE.
:place
setlocal EnableDelayedExpansion
set "REST=!LINE:*%ATTRIBUTE%=!"
if "!REST!"=="!LINE!" exit /b
rem A question mark stands in no path; quotes would end the text.
set REST=!REST:"=?!
set "REST=!REST:%%SystemDrive%%=%SystemDrive%!"
set "REST=!REST:%%SystemRoot%%=%SystemRoot%!"
set "REST=!REST:%%windir%%=%SystemRoot%!"
set "REST=!REST:%%ProgramFiles%%=%ProgramFiles%!"
set "REST=!REST:%%ProgramData%%=%ProgramData%!"
for /f "tokens=2 delims=?" %%V in ("!REST!") do endlocal& set "VALUE=%%V"& goto place2
exit /b
:place2
set "VALUE=%VALUE:&amp;=&%"
if "%VALUE:~1,2%"==":\" goto place3
if not "%VALUE:~0,2%"=="\\" exit /b
:place3
for /f "tokens=1* delims==" %%A in ('2^>nul set PLACE.%LIST%.') do if /i "%%B"=="%VALUE%" exit /b
set /a PLACES+=1
set "PLACE.%LIST%.%PLACES%=%VALUE%"
exit /b

:samedrive
if /i "%TARGET:~0,2%"=="%P:~0,2%" set "SAME=1"
exit /b

:confirm
set "REPLY="
set /p "REPLY=> "
setlocal EnableDelayedExpansion
if /i "!REPLY!"=="!WORD!" exit /b 0
exit /b 1
