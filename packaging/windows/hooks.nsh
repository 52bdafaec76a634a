; Offers Aloft under "Open with" for SDL files, and removes that again. The installer's own file association would make Aloft the default program
; for every .yaml file of the person, so it is not used (tauri.windows.conf.json).

!define ALOFT_SDL "Aloft.SDL"

!macro NSIS_HOOK_POSTINSTALL
  WriteRegStr SHCTX "Software\Classes\${ALOFT_SDL}" "" "Akash SDL"
  WriteRegStr SHCTX "Software\Classes\${ALOFT_SDL}\DefaultIcon" "" "$INSTDIR\${MAINBINARYNAME}.exe,0"
  WriteRegStr SHCTX "Software\Classes\${ALOFT_SDL}\shell\open\command" "" '"$INSTDIR\${MAINBINARYNAME}.exe" "%1"'
  WriteRegStr SHCTX "Software\Classes\.yaml\OpenWithProgids" "${ALOFT_SDL}" ""
  WriteRegStr SHCTX "Software\Classes\.yml\OpenWithProgids" "${ALOFT_SDL}" ""
  WriteRegStr SHCTX "Software\Classes\Applications\${MAINBINARYNAME}.exe" "FriendlyAppName" "Aloft"
  WriteRegStr SHCTX "Software\Classes\Applications\${MAINBINARYNAME}.exe\SupportedTypes" ".yaml" ""
  WriteRegStr SHCTX "Software\Classes\Applications\${MAINBINARYNAME}.exe\SupportedTypes" ".yml" ""
  WriteRegStr SHCTX "Software\Classes\Applications\${MAINBINARYNAME}.exe\shell\open\command" "" '"$INSTDIR\${MAINBINARYNAME}.exe" "%1"'
  ; SHCNE_ASSOCCHANGED: the file manager reads the list anew.
  System::Call 'shell32::SHChangeNotify(i 0x08000000, i 0, p 0, p 0)'
!macroend

!macro NSIS_HOOK_POSTUNINSTALL
  ; An update uninstalls the older version first, and its successor writes these anew.
  DeleteRegKey SHCTX "Software\Classes\${ALOFT_SDL}"
  DeleteRegValue SHCTX "Software\Classes\.yaml\OpenWithProgids" "${ALOFT_SDL}"
  DeleteRegValue SHCTX "Software\Classes\.yml\OpenWithProgids" "${ALOFT_SDL}"
  DeleteRegKey SHCTX "Software\Classes\Applications\${MAINBINARYNAME}.exe"
  System::Call 'shell32::SHChangeNotify(i 0x08000000, i 0, p 0, p 0)'
  ; Updating or running silently there is nobody to tell.
  ${If} $UpdateMode <> 1
  ${AndIfNot} ${Silent}
  ${AndIf} $DeleteAppDataCheckboxState <> 1
    MessageBox MB_OK|MB_ICONINFORMATION "Aloft is removed. Your deployments' records and settings stay in $APPDATA\dev.aloft.desktop, and the API key in the Windows credential manager.$\r$\n$\r$\nDeployments that run go on, and cost: console.akash.network closes them."
  ${EndIf}
!macroend
