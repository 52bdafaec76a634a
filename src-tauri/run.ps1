# Installs what Aloft's build needs and is missing, builds Aloft and starts it. Each command is printed before it runs.
#
#   powershell -ExecutionPolicy Bypass -File src-tauri\run.ps1 [argument of Aloft...]    install, build, start
#   ... -Dev      install, build for development, start the demo; a change of a script or style in ui/ needs only a reload
#   ... -Setup    install only, neither build nor start
#   ... -Check    say what is missing; exit code 0 when nothing is
#   ... -Plan     what a fresh Windows would go through
#
# On a ready machine nothing is installed and no network is used.
[CmdletBinding(PositionalBinding = $false)]
param(
    [switch] $Dev,
    [switch] $Setup,
    [switch] $Check,
    [switch] $Plan,
    [Parameter(ValueFromRemainingArguments = $true)] [string[]] $Arguments = @()
)
$ErrorActionPreference = 'Stop'

$caller = Get-Location
$root = Split-Path -Parent $PSScriptRoot
Set-Location $root

$rustWanted = [version] ([regex]::Match((Get-Content -Raw Cargo.toml), '(?m)^rust-version *= *"([0-9.]+)"').Groups[1].Value)
$nodeWanted = [version] '18.0'

function Stop-WithReason([string] $Reason) {
    Set-Location $caller
    [Console]::Error.WriteLine("run.ps1: $Reason")
    exit 1
}

# Prints a command the way it could be typed, then runs it.
function Invoke-Shown([string] $Program, [string[]] $Words) {
    $shown = foreach ($word in $Words) { if ($word -match '[^\w@%+=:,./\\-]') { "'$word'" } else { $word } }
    Write-Output "+ $Program $($shown -join ' ')"
    if ($Plan) { return }
    & $Program @Words
    if ($LASTEXITCODE -ne 0) { Stop-WithReason 'the last command failed; mend what it says and start this again' }
}

function Test-Command([string] $Name) { [bool] (Get-Command $Name -ErrorAction SilentlyContinue) }

function Install-Package([string] $Id, [string[]] $More = @()) {
    if (-not $Plan -and -not (Test-Command winget)) {
        Stop-WithReason "winget is missing: install 'App Installer' from the Microsoft Store, or $Id by hand, then start this again"
    }
    Invoke-Shown winget (@('install', '--exact', '--id', $Id, '--accept-package-agreements', '--accept-source-agreements') + $More)
    if ($Plan) { return }
    # What was installed is found without a new terminal.
    $env:Path = [Environment]::GetEnvironmentVariable('Path', 'Machine') + ';' + [Environment]::GetEnvironmentVariable('Path', 'User')
}

# What is there. A plan is for a fresh machine, where nothing is.
function Test-BuildTools {
    if ($Plan) { return $false }
    $vswhere = Join-Path ${env:ProgramFiles(x86)} 'Microsoft Visual Studio\Installer\vswhere.exe'
    if (-not (Test-Path $vswhere)) { return $false }
    [bool] (& $vswhere -products '*' -requires Microsoft.VisualStudio.Component.VC.Tools.x86.x64 -property installationPath)
}

# Part of Windows 11; Windows 10 may lack it.
function Test-WebView {
    if ($Plan) { return $false }
    $client = 'Microsoft\EdgeUpdate\Clients\{F3017226-FE2A-4295-8BDF-00C3A9A7E4C5}'
    (Test-Path "HKLM:\SOFTWARE\WOW6432Node\$client") -or (Test-Path "HKLM:\SOFTWARE\$client") -or (Test-Path "HKCU:\Software\$client")
}

function Test-Rust {
    if ($Plan -or -not (Test-Command cargo) -or -not (Test-Command rustc)) { return $false }
    $version = [regex]::Match((& rustc --version), '\d+\.\d+\.\d+').Value
    $version -and [version] $version -ge $rustWanted
}

function Test-Node {
    if ($Plan -or -not (Test-Command node) -or -not (Test-Command npm)) { return $false }
    [version] ((& node --version).TrimStart('v')) -ge $nodeWanted
}

function Test-Ui {
    if ($Plan -or -not (Test-Path ui/vendor/.stamp)) { return $false }
    $stamp = ((Get-Content -TotalCount 1 ui/vendor/.stamp) -split ' ')[0]
    (Get-FileHash -Algorithm SHA256 package-lock.json).Hash -eq $stamp
}

if ($Check) {
    $missing = @()
    if (-not (Test-BuildTools)) { $missing += 'missing: Visual Studio Build Tools with C++' }
    if (-not (Test-WebView)) { $missing += 'missing: the WebView2 runtime' }
    if (-not (Test-Rust)) { $missing += "missing: Rust $rustWanted or newer" }
    if (-not (Test-Node)) { $missing += "missing: Node $($nodeWanted.Major) or newer, with npm" }
    if (-not (Test-Ui)) { $missing += "missing: the window's libraries of package-lock.json in ui/vendor" }
    $missing | Write-Output
    Set-Location $caller
    if ($missing) { exit 1 } else { exit 0 }
}

if (-not (Test-BuildTools)) {
    Install-Package Microsoft.VisualStudio.2022.BuildTools @('--override', '--quiet --wait --norestart --add Microsoft.VisualStudio.Workload.VCTools --includeRecommended')
}
if (-not (Test-WebView)) { Install-Package Microsoft.EdgeWebView2Runtime }
if (-not (Test-Rust)) {
    if (-not $Plan -and (Test-Command rustup)) {
        Invoke-Shown rustup @('toolchain', 'install', 'stable', '--profile', 'minimal')
        $env:RUSTUP_TOOLCHAIN = 'stable'
    }
    else { Install-Package Rustlang.Rustup }
}
if (-not (Test-Node)) { Install-Package OpenJS.NodeJS.LTS }
# npm's own start script for PowerShell may be forbidden by policy; the .cmd is not.
$npm = if ($Plan) { 'npm' } else { 'npm.cmd' }
if (-not (Test-Ui)) {
    Invoke-Shown $npm @('ci', '--ignore-scripts', '--no-audit', '--no-fund')
    Invoke-Shown node @('src-tauri/vendor.mjs')
}
if ($Setup) {
    Set-Location $caller
    exit 0
}
$target = if ($env:CARGO_TARGET_DIR) { $env:CARGO_TARGET_DIR } else { Join-Path $root 'target' }
if ($Dev) {
    Invoke-Shown cargo @('build', '--locked')
    Set-Location $caller
    $env:ALOFT_UI = Join-Path $root 'ui'
    # A folder of its own: trying a change never touches the developer's own deployments.
    & (Join-Path $target 'debug\aloft.exe') --demo --data-dir (Join-Path $target 'dev-data') @Arguments
    exit $LASTEXITCODE
}
Invoke-Shown cargo @('build', '--release', '--locked')
Set-Location $caller
if ($Plan) {
    Write-Output '+ target\release\aloft.exe'
    exit 0
}
& (Join-Path $target 'release\aloft.exe') @Arguments
exit $LASTEXITCODE
