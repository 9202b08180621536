"""`kumkm doctor`: whether a deployment is as it should be. `facts` and `machine` look, `judging` says what it means."""
