; What the packer's own installer leaves out on Windows: q8s:// links open the app, and no longer once it is gone.

!macro customInstall
  WriteRegStr SHCTX "Software\Classes\q8s" "" "URL:q8s link"
  WriteRegStr SHCTX "Software\Classes\q8s" "URL Protocol" ""
  WriteRegStr SHCTX "Software\Classes\q8s\DefaultIcon" "" "$INSTDIR\${APP_EXECUTABLE_FILENAME},0"
  ; After -- no part of a link is read as a switch.
  WriteRegStr SHCTX "Software\Classes\q8s\shell\open\command" "" '"$INSTDIR\${APP_EXECUTABLE_FILENAME}" -- "%1"'
!macroend

!macro customUnInstall
  ${ifNot} ${isUpdated}
    DeleteRegKey SHCTX "Software\Classes\q8s"
  ${endIf}
!macroend
