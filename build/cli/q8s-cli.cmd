@echo off
rem q8s-cli of the packaged app: the app's own program, without a window.
"%~dp0..\..\q8s Desktop.exe" --q8s-cli -- %*
