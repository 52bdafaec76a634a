# Puts the certificate of WINDOWS_CERTIFICATE (base64 of a .pfx, with WINDOWS_CERTIFICATE_PASSWORD) into the person's own store, and prints the part of
# Tauri's configuration that signs with it.
$ErrorActionPreference = 'Stop'

$file = New-TemporaryFile
try {
    [IO.File]::WriteAllBytes($file.FullName, [Convert]::FromBase64String($env:WINDOWS_CERTIFICATE))
    $password = ConvertTo-SecureString -String $env:WINDOWS_CERTIFICATE_PASSWORD -AsPlainText -Force
    $certificate = Import-PfxCertificate -FilePath $file.FullName -CertStoreLocation Cert:\CurrentUser\My -Password $password
}
finally {
    Remove-Item -Force $file.FullName
}
@{ bundle = @{ windows = @{
            certificateThumbprint = $certificate.Thumbprint
            digestAlgorithm       = 'sha256'
            timestampUrl          = 'http://timestamp.digicert.com'
        } } } | ConvertTo-Json -Compress -Depth 4
