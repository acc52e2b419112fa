// leader
